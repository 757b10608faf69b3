"""How far the pictures of an import are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from stoa.exchange.files.models import ImportedPicture


@dataclass(frozen=True, slots=True)
class PictureProgress:
    waiting: int = 0
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.done + self.failed


def progress_of(file_id: int) -> PictureProgress:
    rows = ImportedPicture.objects.filter(file_id=file_id).values_list("state").annotate(count=Count("pk"))
    return PictureProgress(**dict(rows.order_by()))


def failed_pictures(file_id: int) -> QuerySet[ImportedPicture]:
    """By row of the file, each with its product."""
    return (
        ImportedPicture.objects.filter(file_id=file_id, state="failed").select_related("product").order_by("row", "pk")
    )


def waiting_products() -> list[tuple[int, int]]:
    """(import, product) for all that have pictures to be fetched."""
    rows = ImportedPicture.objects.filter(state="waiting").order_by("file_id", "product_id")
    return list(dict.fromkeys(rows.values_list("file_id", "product_id")))
