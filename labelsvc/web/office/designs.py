"""Designs: pictures and sources; upload, check, preview, versions, publish, retire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile, Conflict, DesignRefused, InvalidValue, Problem
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.label_pictures import send_picture
from labelsvc.web.office.blueprint import office
from labelsvc.web.office.design_repairs import RepairOffer, repair_offer, repaired_source
from labelsvc.web.office.studio.comparing import looked_at_difference
from labelsvc.web.studio.design_trials import may_be_named, try_edited, try_source
from labelsvc.web.studio.pictures import data_uri
from labelsvc.workflows.designs.begin_design import is_artwork
from labelsvc.workflows.designs.edit_design import fold_source, take_files
from labelsvc.workflows.designs.grouped_problems import group_problems
from labelsvc.workflows.designs.recall_placeholders import RecallJob, recall_apart
from labelsvc.workflows.designs.try_design import DesignTrial

BEGIN_WITH = "tem-25x35"


@dataclass(frozen=True, slots=True)
class EditorState:
    """The state of the editor: a source with short names for its files, new files, and faults."""

    name: str
    source: bytes
    taken: Mapping[str, str] = field(default_factory=dict)
    trial: DesignTrial | None = None
    name_fault: str = ""
    picture_fault: str = ""
    version: int = 0
    """The version that is edited, 0 for a new design."""
    note: str = ""
    """What is written about the new version."""
    newest: int | None = None
    """The newest version of the name when it was opened, 0 for none."""
    theirs: tuple[str, bytes] = ("", b"")
    """The version that somebody else saved meanwhile, in words, and its source."""
    repair: RepairOffer | None = None


@office.get("/designs/<name>/<int:version>.png")
def version_picture(name: str, version: int) -> AnyResponse:
    """Show an uploaded version with a product, drawn within the limits of a trial."""
    product, source = request.args.get("product", ""), desk.services().design_shelf.source(name, version)
    known = int(product) if product.isascii() and product.isdigit() and len(product) < 10 else None
    stored = desk.services().products.get(known) if known is not None else None

    def draw() -> bytes:
        trial = try_source(source, stored=stored)
        if not trial.picture:
            raise DesignRefused(*trial.problems)
        return trial.picture

    return send_picture(draw)


@office.get("/designs/<name>.svg")
def design_source(name: str) -> AnyResponse:
    """Send a design's source, to begin another one from."""
    return _svg(name, desk.services().assets.design_source(name))


@office.get("/designs/<name>/<int:version>.svg")
def version_source(name: str, version: int) -> AnyResponse:
    """Send the source of an uploaded version."""
    return _svg(f"{name}-{version}", desk.services().design_shelf.source(name, version))


def _svg(name: str, content: bytes) -> AnyResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.svg"'}
    return Response(content, mimetype="image/svg+xml", headers=headers)


@office.route("/designs/edit", methods=["GET", "POST"])
@desk.needs(Right.EDIT)
def design_edit() -> PageAnswer:
    """Upload or write a design beside its preview; saved as a new version only where nothing is wrong with it.

    An SVG file, or a PDF page to begin from; pictures are taken with it and stay when something is refused.
    """
    services, form = desk.services(), request.form
    shelf = services.design_shelf
    if request.method == "GET":
        name, version = request.args.get("name", ""), _version(request.args)
        newest = shelf.newest(name) if version else None
        number = newest.version if newest else 0
        return _editor(EditorState(name, fold_source(_begun(), shelf), version=version, newest=number))
    typed, uploaded = form.get("source", "").encode(), _uploaded("file")
    newest_seen = _version(form, "newest") if form.get("newest") else None
    edited = EditorState(form.get("name", "").strip(), typed, version=_version(form), newest=newest_seen)
    edited = replace(edited, note=form.get("note", "").strip()[:500])
    try:
        taken = take_files(_uploaded("pictures"), shelf)
    except InvalidValue as error:
        return _editor(replace(edited, picture_fault=desk.explain(error.problems[0])), 422)
    source = next(iter(uploaded.values()), typed)
    begun_from = source if is_artwork(source) else fold_source(source, shelf, taken)
    begun_from = _recalled(begun_from, edited.name) if uploaded else begun_from
    if "repair" in form:
        begun_from = repaired_source(begun_from, edited.name or "thu", form.getlist("fix"))
    trial = try_edited(begun_from, _title(edited.name, uploaded))
    edited = replace(edited, source=fold_source(trial.source, shelf) or typed, taken=taken, trial=trial)
    edited = replace(edited, repair=repair_offer(trial, edited.name or "thu"))
    if "take" in form or "repair" in form:
        return _editor(edited)
    if not may_be_named(edited.name):
        return _editor(replace(edited, name_fault=desk.say("looks.name", name=edited.name[:60])), 422)
    if trial.problems or not trial.picture:
        return _editor(edited, 422)
    try:
        version = shelf.add(edited.name, trial.source, desk.context(edited.note), newest_seen)
    except ChangedMeanwhile as error:
        return _beside_theirs(edited, error)
    desk.flash_success("looks.saved", name=edited.name, version=version)
    return redirect(url_for("office.designs"))


def _recalled(source: bytes, name: str) -> bytes:
    """Return an uploaded file with what its editor dropped of the placeholders of the design's newest version."""
    services = desk.services()
    newest = services.design_shelf.newest(name) if name else None
    if newest is None or is_artwork(source):
        return source
    former = fold_source(services.design_shelf.source(newest.name, newest.version), services.design_shelf)
    return recall_apart(RecallJob(services.templates, services.fonts, source, former), services.settings.host)


def _beside_theirs(edited: EditorState, error: ChangedMeanwhile) -> PageAnswer:
    """Show what was written beside the version that somebody else saved meanwhile; saved again, it is a newer one."""
    shelf, fault = desk.services().design_shelf, desk.explain(error.problems[0])
    newest = shelf.newest(edited.name)
    if newest is None:
        return _editor(replace(edited, name_fault=fault, newest=0), 409)
    theirs = desk.say("looks.theirs", version=newest.version, who=newest.who)
    source = fold_source(shelf.source(newest.name, newest.version), shelf)
    return _editor(replace(edited, name_fault=fault, newest=newest.version, theirs=(theirs, source)), 409)


def _uploaded(field: str) -> dict[str, bytes]:
    """Return the files of a field by their names."""
    files = [file for file in request.files.getlist(field) if file.filename]
    return {str(file.filename).replace("\\", "/").rpartition("/")[2]: file.stream.read() for file in files}


@office.post("/designs/preview")
@desk.needs(Right.EDIT)
def design_preview() -> str:
    """Show a source's picture and faults; htmx asks as one types."""
    trial = try_edited(request.form.get("source", "").encode())
    return render_template("office/design_preview.html", alone=True, **_shown(trial))


@office.post("/designs/<name>/<int:version>/<act>")
@desk.needs(Right.ADMINISTER)
def design_act(name: str, version: int, act: str) -> AnyResponse:
    """Publish or retire a version."""
    shelf, seen = desk.services().design_shelf, request.form.get("seen", "")
    source = shelf.source(name, version)
    if act == "publish":
        if not looked_at_difference(name):
            desk.flash_refusal([Problem("versions.look_first")])
            return redirect(url_for("office.design_compare", name=name, after=version))
        trial = try_source(source)
        if trial.problems:
            desk.flash_refusal(trial.problems)
            return redirect(url_for("office.designs"))
    elif act != "retire":
        return desk.nothing()
    change = shelf.publish if act == "publish" else shelf.retire
    try:
        change(name, version, desk.context(), seen)
    except Conflict as error:  # changed meanwhile, or one's own version where a second person publishes
        desk.flash_refusal(error)
    else:
        desk.flash_success("looks.changed", name=name, version=version)
    return redirect(url_for("office.designs"))


def _begun() -> bytes:
    """Return the source that the editor begins with: a version, a design of ours, or the smallest stamp."""
    services, name, version = desk.services(), request.args.get("name", ""), _version(request.args)
    if version:
        return services.design_shelf.source(name, version)
    like = request.args.get("like", BEGIN_WITH)
    return services.assets.design_source(like)


def _version(values: Mapping[str, str], name: str = "version") -> int:
    typed = values.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


def _title(name: str, uploaded: Mapping[str, bytes]) -> str:
    """Return what a design that is begun from a PDF is called: its name, else its file's."""
    return name or next((file.rpartition(".")[0] for file in uploaded), "") or desk.say("looks.new_title")


def _shown(trial: DesignTrial) -> dict[str, object]:
    faults, warnings = (list(map(desk.explain, group_problems(found))) for found in (trial.problems, trial.warnings))
    return {"picture": data_uri(trial.picture), "faults": faults, "warnings": warnings}


def _editor(edited: EditorState, status: int = 200) -> PageAnswer:
    trial = edited.trial or try_edited(edited.source)
    source = edited.source.decode("utf-8", "replace")
    theirs = edited.theirs[1].decode("utf-8", "replace")
    page = render_template(
        "office/design_edit.html",
        active="designs",
        edited=edited,
        repair=edited.repair,
        source=source,
        theirs=theirs,
        **_shown(trial),
    )
    return page, status
