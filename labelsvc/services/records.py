"""Products with their recognitions and profiles, and the files that come in and go out."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from labelsvc.services.foundation import Foundation

if TYPE_CHECKING:
    from labelsvc.domain.places.gazetteer import Gazetteer
    from labelsvc.storage.files.export_files import ExportFiles
    from labelsvc.storage.files.list_files import ListFiles
    from labelsvc.storage.files.refused_rows import KeptRefusedRows
    from labelsvc.storage.files.uploads import Uploads
    from labelsvc.storage.products.import_undo import PastImports
    from labelsvc.storage.products.imports import Imports
    from labelsvc.storage.products.lists.product_lists import ProductLists
    from labelsvc.storage.products.place_editing import PlaceEditing
    from labelsvc.storage.products.producer_names import ProducerNames
    from labelsvc.storage.products.product_editing import ProductEditing
    from labelsvc.storage.products.products import Products
    from labelsvc.storage.products.quotas import Quotas
    from labelsvc.storage.products.recognitions import Recognitions
    from labelsvc.storage.profiles.profile_files import ProfileFiles
    from labelsvc.storage.profiles.profiles import Profiles
    from labelsvc.storage.profiles.proposals import Proposals
    from labelsvc.workflows.demonstration_profiles import DemonstrationProfiles
    from labelsvc.workflows.profiles.review_proposal import ProposalReviews


class RecordStores(Foundation):
    """What reads and changes records."""

    @property
    def demonstration_records(self) -> Path:
        """The sample records that come with the product."""
        return self.templates / "demonstration" / "san-pham-ocop-ha-noi.csv"

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
    def quotas(self) -> Quotas:
        """How many stamps recognitions may have."""
        from labelsvc.storage.products.quotas import Quotas

        return Quotas(self.database)

    @cached_property
    def producer_names(self) -> ProducerNames:
        """The producers by their names."""
        from labelsvc.storage.products.producer_names import ProducerNames

        return ProducerNames(self.database)

    @cached_property
    def product_lists(self) -> ProductLists:
        """Lists of products and producers."""
        from labelsvc.storage.products.lists.product_lists import ProductLists

        return ProductLists(self.database)

    @cached_property
    def recognitions(self) -> Recognitions:
        """What the office decides of recognitions."""
        from labelsvc.storage.products.recognitions import Recognitions

        return Recognitions(self.database)

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
    def list_files(self) -> ListFiles:
        """The register as files."""
        from labelsvc.storage.files.list_files import ListFiles

        return ListFiles(self.home / "register")

    @cached_property
    def refused_rows(self) -> KeptRefusedRows:
        """The rows that imports refused."""
        from labelsvc.storage.files.refused_rows import KeptRefusedRows

        return KeptRefusedRows(self.home / "refused-rows", self.database)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The units that exist, and what became of former ones."""
        from labelsvc.workflows.places.read_gazetteer import read_gazetteer

        return read_gazetteer(self.templates)
