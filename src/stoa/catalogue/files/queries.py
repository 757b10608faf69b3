"""Public reads of the files that are sold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from django.core.files.storage import storages
from django.db.models import Exists, OuterRef, Q

from stoa.catalogue.files import rules
from stoa.catalogue.files.errors import FileMissingError
from stoa.catalogue.files.models import DigitalFile, DownloadTerms
from stoa.catalogue.products.models import Variant
from stoa.kernel.prepared import Prepared, Slot

if TYPE_CHECKING:
    from django.core.files import File

    from stoa.catalogue.markets.models import Market

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """``label`` is the type in a word ("PDF"), ``size`` in bytes. ``variant_id``: the only one that it comes with."""

    id: int
    product_id: int
    variant_id: int | None
    name: str
    size: int
    version: int

    @property
    def label(self) -> str:
        return rules.label(self.name)


@dataclass(frozen=True, slots=True)
class Terms:
    """``days`` and ``downloads`` from the day of the payment; 0: no limit. ``is_own``: not just the shop's."""

    days: int
    downloads: int
    is_own: bool = False


_FACTS = ("id", "product_id", "variant_id", "name", "size", "version")


def files_of(product_id: int) -> list[FileFacts]:
    """What a product comes with now, in its order. One query."""
    rows = DigitalFile.objects.filter(product_id=product_id, is_withdrawn=False).order_by("position", "id")
    return [FileFacts(*row) for row in rows.values_list(*_FACTS)]


def file_by_id(file_id: int) -> DigitalFile | None:
    return DigitalFile.objects.filter(pk=file_id).first() if 0 < file_id < 2**63 else None


# Asked of every paid order.
_WITH_FILES = Prepared(
    lambda count: Variant.objects.filter(
        Exists(DigitalFile.objects.filter(product_id=OuterRef("product_id"), is_withdrawn=False)),
        pk__in=Slot.many("id", count),
    ).values_list("pk", "product_id")
)


def files_for(variant_ids: Iterable[int]) -> dict[int, list[FileFacts]]:
    """Variant -> the files that whoever buys it gets. One query for goods without files, as most are; else two."""
    products = dict(_WITH_FILES.of("id", set(variant_ids)))
    if not products:
        return {}
    own = Q(variant__isnull=True) | Q(variant_id__in=list(products))
    rows = DigitalFile.objects.filter(own, product_id__in=set(products.values()), is_withdrawn=False)
    files = [FileFacts(*row) for row in rows.order_by("position", "id").values_list(*_FACTS)]
    found = {
        variant_id: [file for file in files if file.product_id == product_id and file.variant_id in (None, variant_id)]
        for variant_id, product_id in products.items()
    }
    return {variant_id: chosen for variant_id, chosen in found.items() if chosen}


def terms(product_ids: Iterable[int], market: Market) -> dict[int, Terms]:
    """How long and how often each product's files can be downloaded. One query."""
    chosen = set(product_ids)
    own = {row.product_id: row for row in DownloadTerms.objects.filter(product_id__in=chosen)}
    found = {}
    for product_id in chosen:
        row = own.get(product_id)
        days = row.days if row is not None and row.days is not None else market.download_days
        downloads = row.downloads if row is not None and row.downloads is not None else market.download_limit
        found[product_id] = Terms(days, downloads, row is not None)
    return found


def open_file(file: DigitalFile) -> File[Any]:
    """The bytes, from the private storage. Raises FileMissingError where they are gone or damaged in length."""
    try:
        opened = storages["private"].open(file.path, "rb")
        # A bucket answers with the first read only.
        size = opened.size
    except (OSError, KeyError) as error:
        log.error("a file that was sold cannot be read", file=file.pk, error=type(error).__name__)
        raise FileMissingError from error
    if size != file.size:
        opened.close()
        log.error("a file that was sold has another length", file=file.pk, size=size, expected=file.size)
        raise FileMissingError
    return opened


@dataclass(frozen=True, slots=True)
class KeptFile:
    """``sku``: of the only variant that it comes with, or "". ``path``: in the private storage; ``size`` in bytes."""

    id: int
    product_id: int
    variant_id: int | None
    sku: str
    name: str
    path: str
    size: int
    sha256: str
    created_at: datetime


def kept_files(product_ids: Collection[int]) -> dict[int, list[KeptFile]]:
    """Product -> what it comes with now, in its order. One query."""
    rows = DigitalFile.objects.filter(product_id__in=list(product_ids), is_withdrawn=False)
    found: dict[int, list[KeptFile]] = defaultdict(list)
    columns = ("id", "product_id", "variant_id", "variant__sku", "name", "path", "size", "sha256", "created_at")
    for pk, product_id, variant_id, sku, *rest in rows.order_by("product_id", "position", "id").values_list(*columns):
        found[product_id].append(KeptFile(pk, product_id, variant_id, sku or "", *rest))
    return dict(found)


def own_terms(product_ids: Collection[int]) -> dict[int, tuple[int | None, int | None]]:
    """Product -> (days, downloads), of products that have terms of their own. One query."""
    rows = DownloadTerms.objects.filter(product_id__in=list(product_ids))
    return {pk: (days, downloads) for pk, days, downloads in rows.values_list("product_id", "days", "downloads")}
