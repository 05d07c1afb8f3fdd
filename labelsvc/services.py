"""The one place where stores, templates, fonts and keys are assembled from the settings.

Everything is created on first use, so that a command pays only for what it needs.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from labelsvc.config import Settings
from labelsvc.wording import LANGUAGES, Wording

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from labelsvc.domain.errors import Problem
    from labelsvc.domain.places.gazetteer import Gazetteer
    from labelsvc.storage.backups.age_header import Lock as Lock
    from labelsvc.storage.backups.age_header import Unlock as Unlock
    from labelsvc.storage.backups.backup_facts import BackupFacts as BackupFacts
    from labelsvc.storage.batches.batch_lists import BatchLists
    from labelsvc.storage.batches.batch_progress import BatchProgress
    from labelsvc.storage.batches.batch_records import Batch, BatchSummary
    from labelsvc.storage.batches.batches import Batches
    from labelsvc.storage.batches.claims import Claims
    from labelsvc.storage.batches.lost_claims import LostClaims
    from labelsvc.storage.batches.lots import Lots
    from labelsvc.storage.batches.planned_orders import PlannedOrders
    from labelsvc.storage.batches.print_load import PrintLoad
    from labelsvc.storage.batches.printed_places import PrintedPlaces
    from labelsvc.storage.batches.reprints import Reprints
    from labelsvc.storage.batches.stamp_orders import StampOrders
    from labelsvc.storage.batches.voids import Voids
    from labelsvc.storage.db.database import Database
    from labelsvc.storage.designs.brand_kit import BrandKit
    from labelsvc.storage.designs.design_copies import DesignCopies
    from labelsvc.storage.designs.design_shelf import DesignShelf
    from labelsvc.storage.designs.office_fonts import OfficeFonts
    from labelsvc.storage.designs.palettes import Palettes
    from labelsvc.storage.files.export_files import ExportFiles
    from labelsvc.storage.files.list_files import ListFiles
    from labelsvc.storage.files.output_folder import OutputFolder
    from labelsvc.storage.files.refused_rows import KeptRefusedRows
    from labelsvc.storage.files.uploads import Uploads
    from labelsvc.storage.keys.epochs import Epochs
    from labelsvc.storage.keys.key_command import KeySource
    from labelsvc.storage.keys.output_identity import OutputIdentity
    from labelsvc.storage.keys.verifying_keys import VerifyingKeys
    from labelsvc.storage.people.accounts import Accounts
    from labelsvc.storage.people.change_subjects import ChangeSubjects
    from labelsvc.storage.people.changes import Changes
    from labelsvc.storage.people.changes import RecordedChange as RecordedChange
    from labelsvc.storage.people.export_turns import ExportTurns
    from labelsvc.storage.people.idempotent_answers import IdempotentAnswers
    from labelsvc.storage.people.passkeys import Passkeys
    from labelsvc.storage.people.recovery_codes import RecoveryCodes
    from labelsvc.storage.people.sign_in_history import SignInHistory
    from labelsvc.storage.people.sign_ins import SignIns
    from labelsvc.storage.people.waiting_secrets import WaitingSecrets
    from labelsvc.storage.products.import_undo import PastImports
    from labelsvc.storage.products.imports import Imports
    from labelsvc.storage.products.place_editing import PlaceEditing
    from labelsvc.storage.products.product_editing import ProductEditing
    from labelsvc.storage.products.product_lists import ProductLists
    from labelsvc.storage.products.products import Products
    from labelsvc.storage.products.quotas import Quotas
    from labelsvc.storage.products.recognitions import Recognitions
    from labelsvc.storage.profiles.profile_files import ProfileFiles
    from labelsvc.storage.profiles.profiles import Profiles
    from labelsvc.storage.profiles.proposals import Proposals
    from labelsvc.storage.scans.alarms import Alarm as Alarm
    from labelsvc.storage.scans.alarms import Alarms
    from labelsvc.storage.scans.stamp_scans import StampScans
    from labelsvc.storage.stocks.printers import Printers
    from labelsvc.storage.stocks.stock_shelf import StockShelf
    from labelsvc.workflows.backups.office_places import OfficePlaces
    from labelsvc.workflows.batches.batch_services import BatchServices
    from labelsvc.workflows.change_product import ProductChanges
    from labelsvc.workflows.demonstration_profiles import DemonstrationProfiles
    from labelsvc.workflows.designs.looks import DesignCatalogue
    from labelsvc.workflows.factor_secrets import FactorSecrets
    from labelsvc.workflows.looks.current_looks import CurrentLooks
    from labelsvc.workflows.paper_words import PaperWords
    from labelsvc.workflows.password_hashes import PasswordHashes
    from labelsvc.workflows.planning.plan_behind import OrderPlanner
    from labelsvc.workflows.print_assets import PrintAssets
    from labelsvc.workflows.profiles.review_proposal import ProposalReviews
    from labelsvc.workflows.queue.run_queued import QueueRunner
    from labelsvc.workflows.sign_verdict import VerdictSigner
    from labelsvc.workflows.stocks.stock_catalogue import StockCatalogue
    from labelsvc.workflows.studio.office_samples import OfficeSamples
    from labelsvc.workflows.verify_label import Verifier

LOG = logging.getLogger("labelsvc")
PACKAGE = Path(__file__).parent


def shared_folder(name: str) -> Path:
    """Return ``templates`` or ``fonts``: inside the package in a wheel, beside it in a checkout."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def _log_closed(closed: Sequence[Path]) -> None:
    LOG.warning("closed what others could open in the home: %s (%d in all)", closed[0].name, len(closed))


class Services:
    """The product put together for one set of settings; ``tell_closed`` is told what of the home was open to others.

    ``is_current``: another process has closed the home and brought the database up to date, so that this one need not.
    """

    def __init__(
        self,
        settings: Settings,
        tell_closed: Callable[[Sequence[Path]], None] = _log_closed,
        *,
        is_current: bool = False,
    ) -> None:
        self.settings = settings
        self._is_current = is_current
        self._tell_closed = tell_closed
        self.templates = shared_folder("templates")
        self._rehearsal: TemporaryDirectory[str] | None = None

    def rehearse(self) -> None:
        """Write nothing: where there is no SQLite database yet, take an empty one that goes when this is closed."""
        path = self.settings.database.removeprefix("sqlite:///")
        if path != self.settings.database and not os.path.exists(path) and "database" not in self.__dict__:
            from tempfile import TemporaryDirectory

            self._rehearsal = TemporaryDirectory(prefix="labelsvc-")
            database = f"sqlite:///{self._rehearsal.name}/labelsvc.db"
            self.settings = replace(self.settings, database=database)

    @cached_property
    def home(self) -> Path:
        """The folder of keys, database and uploads, closed to everybody else."""
        from labelsvc.storage.files.private_home import close_to_others

        if not self._is_current and (closed := close_to_others(self.settings.home, but=self.settings.output)):
            self._tell_closed(closed)
        return self.settings.home

    @property
    def demonstration_records(self) -> Path:
        """The sample records that come with the product."""
        return self.templates / "demonstration" / "san-pham-ocop-ha-noi.csv"

    @cached_property
    def database(self) -> Database:
        """The database, at its newest schema.

        SQLite's is migrated on opening; PostgreSQL's by ``labelsvc db upgrade``, as it may be other machines' too.
        """
        from labelsvc.storage.db.database import Database

        self.home  # noqa: B018  closed before anything is written to it
        url, output, connections = self.settings.database, self.settings.output, self.settings.connections
        if self._is_current:
            return Database.trusted(url, output, connections=connections)
        return Database.open(url, output, connections=connections, migrates=url.startswith("sqlite"))

    @cached_property
    def stored_database(self) -> Database:
        """The database as it is stored, whatever its schema and wherever it was moved, for who looks after it."""
        from labelsvc.storage.db.database import Database

        self.home  # noqa: B018
        return Database.trusted(self.settings.database, self.settings.output, connections=self.settings.connections)

    def check_verifiable(self) -> None:
        """Refuse (StorageRefused) a database that this version cannot verify with; needs no right but to read."""
        from labelsvc.storage.db.public_rights import check_verifiable

        with self.database.reading() as connection:
            check_verifiable(connection)

    def public_rights(self, role: str) -> list[str]:
        """Return what gives a role of PostgreSQL the rights of a machine that only verifies; InvalidValue."""
        from labelsvc.storage.db.public_rights import public_rights

        return public_rights(role)

    def office_places(self) -> OfficePlaces:
        """Return what a backup takes or restores; its database is opened as it is, and is the caller's to close."""
        from labelsvc import __version__
        from labelsvc.storage.db.database import Database
        from labelsvc.workflows.backups.office_places import OfficePlaces

        database = Database.trusted(self.settings.database, self.settings.output)
        return OfficePlaces(self.home, database, self.key_file, self.output(), __version__)

    @cached_property
    def epochs(self) -> Epochs:
        """The epochs with their keys."""
        return self.epochs_of(self.database)

    def epochs_of(self, database: Database) -> Epochs:
        """Return the epochs of a database with the keys of this home."""
        from labelsvc.domain.errors import Problem
        from labelsvc.storage.keys.epochs import Epochs, IssuedMarks

        marks = IssuedMarks(self.home / "issued.json", self.output().root)
        why_held = Problem("print.perhaps_printed")
        return Epochs(database, self.key_file, marks, lambda: self.paper_words.explain_problem(why_held))

    @cached_property
    def key_file(self) -> KeySource:
        """The keys alone, for what needs no database."""
        from labelsvc.storage.keys.key_command import KeyCommand
        from labelsvc.storage.keys.key_file import KeyFile

        if self.settings.keys_command:
            return KeyCommand(self.settings.keys_command)
        return KeyFile(self.home / "keys.json", given=self.settings.keys)

    def check_given_keys(self) -> None:
        """Refuse (KeyRefused) keys of the environment that are none."""
        if self.settings.keys:
            from labelsvc.storage.keys.key_file import ENVIRONMENT, read_compact

            read_compact(self.settings.keys, ENVIRONMENT)

    @cached_property
    def verifying_keys(self) -> VerifyingKeys:
        """What this process verifies codes with; the database is not opened before it has to be asked."""
        from labelsvc.storage.keys.verifying_keys import VerifyingKeys

        return VerifyingKeys(self.key_file, lambda: self.epochs.needed())

    @cached_property
    def imports(self) -> Imports:
        """What import_products writes to."""
        from labelsvc.storage.products.imports import Imports

        return Imports(self.database)

    @cached_property
    def products(self) -> Products:
        """The products with their recognitions."""
        from labelsvc.storage.products.products import Products

        return Products(self.database)

    @cached_property
    def profiles(self) -> Profiles:
        """The products' approved profiles."""
        from labelsvc.storage.profiles.profiles import Profiles

        return Profiles(self.database)

    @cached_property
    def proposals(self) -> Proposals:
        """What producers propose for their products."""
        from labelsvc.storage.profiles.proposals import Proposals

        return Proposals(self.database)

    @cached_property
    def proposal_reviews(self) -> ProposalReviews:
        """What the office approves of that."""
        from labelsvc.workflows.profiles.review_proposal import ProposalReviews

        return ProposalReviews(self.products, self.profiles, self.proposals)

    @cached_property
    def demonstration_profiles(self) -> DemonstrationProfiles:
        """The profiles that come with the sample records."""
        from labelsvc.workflows.demonstration_profiles import DemonstrationProfiles

        return DemonstrationProfiles(self.demonstration_records.parent, self.profiles)

    @cached_property
    def profile_files(self) -> ProfileFiles:
        """Pictures and files of certificates that were uploaded."""
        from labelsvc.storage.profiles.profile_files import ProfileFiles

        return ProfileFiles(self.database)

    @cached_property
    def batches(self) -> Batches:
        """The batches with their lines and parts."""
        from labelsvc.storage.batches.batches import Batches

        return Batches(self.database, self.epochs, self.settings.open_batches)

    @cached_property
    def batch_progress(self) -> BatchProgress:
        """What becomes of batches and their parts."""
        from labelsvc.storage.batches.batch_progress import BatchProgress

        return BatchProgress(self.database)

    @cached_property
    def reprints(self) -> Reprints:
        """The destroyed pieces that were made again."""
        from labelsvc.storage.batches.reprints import Reprints

        return Reprints(self.database)

    @cached_property
    def voids(self) -> Voids:
        """The pieces that were reported lost."""
        from labelsvc.storage.batches.voids import Voids

        return Voids(self.database)

    @cached_property
    def lots(self) -> Lots:
        """The lots that stamps stand on."""
        from labelsvc.storage.batches.lots import Lots

        return Lots(self.database)

    @cached_property
    def scans(self) -> StampScans:
        """The counts of scans."""
        from labelsvc.storage.scans.stamp_scans import StampScans

        return StampScans(self.database)

    @cached_property
    def alarms(self) -> Alarms:
        """What scans let the office know."""
        from labelsvc.storage.scans.alarms import Alarms

        return Alarms(self.database)

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts of people."""
        from labelsvc.storage.people.accounts import Accounts

        return Accounts(self.database)

    @cached_property
    def password_hashes(self) -> PasswordHashes:
        """How passwords are hashed and compared."""
        from labelsvc.workflows.password_hashes import PasswordHashes

        return PasswordHashes()

    @cached_property
    def sign_ins(self) -> SignIns:
        """Sessions and tokens."""
        from labelsvc.storage.people.sign_ins import SignIns

        return SignIns(self.database)

    @cached_property
    def sign_in_history(self) -> SignInHistory:
        """What was refused at the sign-in, and from which networks people and tokens come."""
        from labelsvc.storage.people.sign_in_history import SignInHistory

        return SignInHistory(self.database)

    @cached_property
    def passkeys(self) -> Passkeys:
        """Devices that sign their owners in."""
        from labelsvc.storage.people.passkeys import Passkeys

        return Passkeys(self.database)

    @cached_property
    def waiting_secrets(self) -> WaitingSecrets:
        """What the next page of a session shows once."""
        from labelsvc.storage.people.waiting_secrets import WaitingSecrets

        return WaitingSecrets(self.database)

    @cached_property
    def factor_secrets(self) -> FactorSecrets:
        """How secrets of second factors are sealed."""
        from labelsvc.workflows.factor_secrets import FactorSecrets

        keys = self.verifying_keys
        return FactorSecrets(lambda: (*keys.signing(), *(key for key in keys.all() if key not in keys.signing())))

    @cached_property
    def recovery_codes(self) -> RecoveryCodes:
        """What stands in for a phone that is lost."""
        from labelsvc.storage.people.recovery_codes import RecoveryCodes

        return RecoveryCodes(self.database)

    @cached_property
    def quotas(self) -> Quotas:
        """How many stamps recognitions may have."""
        from labelsvc.storage.products.quotas import Quotas

        return Quotas(self.database)

    @cached_property
    def product_lists(self) -> ProductLists:
        """Lists of products and producers."""
        from labelsvc.storage.products.product_lists import ProductLists

        return ProductLists(self.database)

    @cached_property
    def claims(self) -> Claims:
        """Who works on which part and batch."""
        from labelsvc.storage.batches.claims import Claims

        return Claims(self.database, self.settings.lease)

    @cached_property
    def lost_claims(self) -> LostClaims:
        """The claims whose holders may be gone."""
        from labelsvc.storage.batches.lost_claims import LostClaims

        return LostClaims(self.database)

    @cached_property
    def batch_lists(self) -> BatchLists:
        """Lists of batches."""
        from labelsvc.storage.batches.batch_lists import BatchLists

        return BatchLists(self.database)

    def print_load(self, now: datetime) -> PrintLoad:
        """Return what the print worker has before it; StorageRefused if the database does not answer."""
        from labelsvc.storage.batches.print_load import read_print_load

        return read_print_load(self.database, now)

    @cached_property
    def recognitions(self) -> Recognitions:
        """What the office decides of recognitions."""
        from labelsvc.storage.products.recognitions import Recognitions

        return Recognitions(self.database)

    @cached_property
    def stamp_orders(self) -> StampOrders:
        """Stamps that producers asked for."""
        from labelsvc.storage.batches.stamp_orders import StampOrders

        return StampOrders(self.database)

    @cached_property
    def changes(self) -> Changes:
        """The log of every change."""
        from labelsvc.storage.people.changes import Changes

        return Changes(self.database)

    @cached_property
    def product_editing(self) -> ProductEditing:
        """Products that people type in."""
        from labelsvc.storage.products.product_editing import ProductEditing

        return ProductEditing(self.database)

    @cached_property
    def place_editing(self) -> PlaceEditing:
        """Places of many products at once."""
        from labelsvc.storage.products.place_editing import PlaceEditing

        return PlaceEditing(self.database)

    @cached_property
    def printed_places(self) -> PrintedPlaces:
        """The places on labels of all batches."""
        from labelsvc.storage.batches.printed_places import PrintedPlaces

        return PrintedPlaces(self.database)

    @cached_property
    def product_changes(self) -> ProductChanges:
        """What changes products that people type in."""
        from labelsvc.workflows.change_product import ProductChanges

        return ProductChanges(self.product_editing, self.batch_lists)

    @cached_property
    def change_subjects(self) -> ChangeSubjects:
        """What the log of changes speaks of."""
        from labelsvc.storage.people.change_subjects import ChangeSubjects

        return ChangeSubjects(self.database)

    @cached_property
    def past_imports(self) -> PastImports:
        """The imports that were made, to look at and to undo."""
        from labelsvc.storage.products.import_undo import PastImports

        return PastImports(self.database)

    @cached_property
    def uploads(self) -> Uploads:
        """Files that were uploaded and wait for a decision."""
        from labelsvc.storage.files.uploads import Uploads

        return Uploads(self.home / "uploads", self.database)

    @cached_property
    def export_files(self) -> ExportFiles:
        """Files that are made for one answer."""
        from labelsvc.storage.files.export_files import ExportFiles

        return ExportFiles(self.home / "exports")

    @cached_property
    def export_turns(self) -> ExportTurns:
        """Whose turn it is to have an export made."""
        from labelsvc.storage.people.export_turns import ExportTurns

        return ExportTurns(self.database)

    @cached_property
    def list_files(self) -> ListFiles:
        """The register as files."""
        from labelsvc.storage.files.list_files import ListFiles

        return ListFiles(self.home / "register")

    @cached_property
    def refused_rows(self) -> KeptRefusedRows:
        """ResultRows that imports refused."""
        from labelsvc.storage.files.refused_rows import KeptRefusedRows

        return KeptRefusedRows(self.home / "refused-rows", self.database)

    @cached_property
    def idempotent_answers(self) -> IdempotentAnswers:
        """What the API answered to requests with a key of their own."""
        from labelsvc.storage.people.idempotent_answers import IdempotentAnswers

        return IdempotentAnswers(self.database)

    @cached_property
    def design_shelf(self) -> DesignShelf:
        """The designs that were uploaded."""
        from labelsvc.storage.designs.design_shelf import DesignShelf

        return DesignShelf(self.database, four_eyes=self.settings.four_eyes)

    @cached_property
    def design_copies(self) -> DesignCopies:
        """Producers' own versions of designs."""
        from labelsvc.storage.designs.design_copies import DesignCopies

        return DesignCopies(self.database)

    @cached_property
    def brand_kit(self) -> BrandKit:
        """The office's official artwork."""
        from labelsvc.storage.designs.brand_kit import BrandKit

        return BrandKit(self.database)

    @cached_property
    def looks(self) -> DesignCatalogue:
        """All designs that print."""
        from labelsvc.workflows.designs.looks import DesignCatalogue

        return DesignCatalogue(
            lambda: self.assets, lambda: self.design_shelf, lambda: self.brand_kit, lambda: self.design_copies
        )

    @cached_property
    def stock_shelf(self) -> StockShelf:
        """The stocks that the office made."""
        from labelsvc.storage.stocks.stock_shelf import StockShelf

        return StockShelf(self.database)

    @cached_property
    def printers(self) -> Printers:
        """People's printers, and what they chose when they printed last."""
        from labelsvc.storage.stocks.printers import Printers

        return Printers(self.database)

    @cached_property
    def stocks(self) -> StockCatalogue:
        """All stocks that can be printed on."""
        from labelsvc.workflows.stocks.stock_catalogue import StockCatalogue

        return StockCatalogue(self.shipped_assets, lambda: self.stock_shelf)

    @cached_property
    def office_samples(self) -> OfficeSamples:
        """The products that a design in the making is looked at with."""
        from labelsvc.workflows.studio.office_samples import OfficeSamples

        return OfficeSamples(self.database, self.products)

    @property
    def fonts(self) -> Path:
        """The folder of the faces."""
        return shared_folder("fonts")

    @cached_property
    def output_identity(self) -> OutputIdentity:
        """What tells the output that the database knows from another place."""
        from labelsvc.storage.keys.output_identity import OutputIdentity

        return OutputIdentity(self.database, self.output().root)

    def output(self, folder: Path | None = None) -> OutputFolder:
        """Return what takes batches: the settings' folder or object store, or another folder."""
        from labelsvc.storage.files.output_folder import OutputFolder

        return OutputFolder(folder or self.settings.output)

    def output_of(self, batch: Batch) -> OutputFolder:
        """Return what took a batch; the settings' output where nothing was printed of it."""
        from labelsvc.storage.files.output_folder import OutputFolder

        return OutputFolder.around(batch.folder) if batch.folder else self.output()

    @cached_property
    def shipped_assets(self) -> PrintAssets:
        """Designs, stocks, fonts and inks as they come with the product: for what takes none of the office's."""
        from labelsvc.workflows.print_assets import print_assets

        return print_assets(self.templates, shared_folder("fonts"))

    @property
    def assets(self) -> PrintAssets:
        """Designs and stocks, with the palette and the fonts that the office uses at this moment."""
        return self.shipped_assets.with_looks(self.current_looks.read())

    @cached_property
    def palettes(self) -> Palettes:
        """The versions of the office's palette."""
        from labelsvc.storage.designs.palettes import Palettes

        return Palettes(self.database)

    @cached_property
    def office_fonts(self) -> OfficeFonts:
        """The fonts that the office uploaded."""
        from labelsvc.storage.designs.office_fonts import OfficeFonts

        return OfficeFonts(self.database)

    @cached_property
    def current_looks(self) -> CurrentLooks:
        """The palette and the fonts in use."""
        from labelsvc.workflows.looks.current_looks import CurrentLooks

        return CurrentLooks(self.palettes, self.office_fonts, self.templates)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The units that exist, and what became of former ones."""
        from labelsvc.workflows.places.read_gazetteer import read_gazetteer

        return read_gazetteer(self.templates)

    @cached_property
    def verifier(self) -> Verifier:
        """What answers a scan."""
        from labelsvc.workflows.verify_label import Verifier

        return Verifier(open_code=self.verifying_keys.open, scan=self.scans.scan, look=self.scans.look)

    @cached_property
    def verdict_signer(self) -> VerdictSigner:
        """What signs verdicts that programs keep."""
        from labelsvc.workflows.sign_verdict import VerdictSigner

        return VerdictSigner(self.verifying_keys.signing)

    @cached_property
    def paper_words(self) -> PaperWords:
        """What is needed to speak on paper and in records, which are Vietnamese whoever prints."""
        from labelsvc.workflows.paper_words import PaperWords

        wording = Wording(self.templates / "wording", "vi")
        return PaperWords.from_sentences(wording.say, wording.explain)

    @cached_property
    def batch_services(self) -> BatchServices:
        """What it takes to print, reprint and replace batches."""
        from labelsvc.storage.db.shared_clock import shared_now
        from labelsvc.workflows.batches.batch_services import BatchServices

        return BatchServices(
            current_assets=lambda: self.assets,
            stocks=self.stocks,
            words=self.paper_words,
            batches=self.batches,
            progress=self.batch_progress,
            claims=self.claims,
            products=self.products,
            reprints=self.reprints,
            voids=self.voids,
            epochs=self.epochs,
            clock=lambda: shared_now(self.database),
            address=self.settings.address,
        )

    def what_waits(self, batches: Iterable[Batch | BatchSummary], now: datetime) -> dict[str, Problem]:
        """Return since when and why batches of the worker wait for their output, by their names."""
        from labelsvc.storage.batches.output_waits import wait_for

        waiting = [batch for batch in batches if batch.queued and batch.unfinished]
        waits = self.claims.waits.all(now) if waiting else []
        found = ((batch.name, wait_for(batch.folder, self.settings.output, waits)) for batch in waiting)
        return {name: wait.told() for name, wait in found if wait}

    def queue_file(self) -> Path:
        """Return the file of the queue's hints, which is made where it is missing."""
        from labelsvc.storage.files.private_file import make_private_file, make_private_folder

        make_private_folder(self.home)
        make_private_file(self.home / "queue.db")
        return self.home / "queue.db"

    @cached_property
    def queue_runner(self) -> QueueRunner:
        """What prints the parts that wait in the queue."""
        from labelsvc.workflows.queue.run_queued import QueueRunner

        return QueueRunner(self.batch_services, self.output())

    @cached_property
    def planned_orders(self) -> PlannedOrders:
        """Orders that the worker plans."""
        from labelsvc.storage.batches.planned_orders import PlannedOrders

        return PlannedOrders(self.database)

    @cached_property
    def order_planner(self) -> OrderPlanner:
        """What plans orders of more products than a page judges."""
        from labelsvc.workflows.planning.plan_behind import OrderPlanner

        wordings = {language: Wording(self.templates / "wording", language) for language in LANGUAGES}
        return OrderPlanner(
            planned=self.planned_orders,
            services=self.batch_services,
            quotas=self.quotas,
            profiles=self.profiles,
            looks=self.looks,
            host=self.settings.host,
            output=self.output(),
            identity=self.output_identity,
            explain={language: wording.explain for language, wording in wordings.items()},
        )

    def close(self) -> None:
        """Count the scans that wait, and close the database where it was opened."""
        for name in {"database", "stored_database"} & self.__dict__.keys():
            getattr(self, name).close()
        if self._rehearsal is not None:
            self._rehearsal.cleanup()
