"""Every page that grows with the office is among the lists that the bench measures, and asks for few statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.product_filter import SORTS
from labelsvc.web.public.app import public_app
from tests.bench.asked_lists import LISTS, addresses
from tests.offices.desk_office import DeskOffice

NO_LISTS = {
    "a thing by its name or number, or a form": """
        api.batch api.forms api.form api.reprinted api.product api.recognition api.proposal api.stamp_order api.verdict
        office.batch office.colour office.colours office.new_colour office.brand_kit office.design_begin
        office.design_copy office.design_edit office.design_page office.design_studio office.design_versions
        office.design_compare office.design_colours office.fonts office.import_done office.import_preview
        office.large_order office.paper_catalogue office.print_page office.product_edit office.product_new
        office.profile office.profile_section office.proposal office.stock_edit office.stock_new
        producer.batch producer.design_studio producer.product producer.profile producer.profile_section
        login.calibration login.invitation login.printers login.profile login.second_factor login.sign_in
        verification.entry verification.stamp products.page products.badge language""",
    "what does not grow with the office": "api.list_looks api.me api_docs api_document verification.keys style_file",
    "lists of one producer's products, measured as the office's": "producer.design_products",
    "files and pictures": """
        api.archive api.download office.artwork_file office.design_picture office.design_source office.download
        office.download_all office.download_reprint office.font_specimen office.former_labels_csv office.import_example
        office.import_refused office.kept_refused_rows office.label_content office.label_picture
        office.palette_swatches office.print_sheet office.profile_file office.version_picture office.version_source
        producer.download producer.download_all producer.download_form producer.label_content producer.label_picture
        producer.own_design_picture producer.profile_file products.file products.picture""",
}
"""Endpoints that answer GET and are no lists, by the reason."""


def test_every_address_is_measured_or_left_out_with_a_reason(desk: DeskOffice) -> None:
    left_out = {endpoint for names in NO_LISTS.values() for endpoint in names.split()}
    maps = (desk.app.url_map, public_app(desk.services).url_map)
    answering = {rule.endpoint for urls in maps for rule in urls.iter_rules() if "GET" in (rule.methods or ())}

    assert answering - {"static"} == left_out | LISTS.keys()
    assert not left_out & LISTS.keys()


def test_lists_are_asked_with_each_order_and_filter() -> None:
    asked = " ".join(addresses("office.products"))

    assert all(f"sort={name}" in asked for name in SORTS[1:])
    filters = "words district commune group stars standing within trace producer page"
    assert all(f"{name}=" in asked for name in filters.split())


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    folder: Path = tmp_path_factory.mktemp("lists")
    return DeskOffice(folder)


def test_each_list_is_where_it_is_said_to_be(desk: DeskOffice) -> None:
    rules = desk.app.url_map.bind("localhost")

    assert [name for name, (_, path, _) in LISTS.items() if rules.match(path)[0] != name] == []
    assert Role.CLERK.value in {who for who, _, _ in LISTS.values()}
