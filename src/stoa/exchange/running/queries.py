"""What the mapping screen shows of a file, and maps that were kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoa.exchange.errors import MappingError, UnreadableFileError
from stoa.exchange.files.kept import local_copy
from stoa.exchange.files.models import ColumnMap, ExportedFile, ImportedFile
from stoa.exchange.files.tables import header_of, sample_of
from stoa.exchange.products.fields import guess
from stoa.exchange.products.forms import form_of
from stoa.exchange.running.actions import header_hash, is_shop

if TYPE_CHECKING:
    from django.db.models import QuerySet

SAMPLES = 5
SHOP = "stoa-shop"


@dataclass(frozen=True, slots=True)
class Glimpse:
    """``layout``: how the file is known by its columns, or blank. ``guesses``: column -> what it seems to mean."""

    header: list[str]
    rows: list[list[str]]
    layout: str
    guesses: dict[str, str]
    problem: str = ""


def glimpse_of(file: ImportedFile) -> Glimpse:
    """The beginning of an uploaded product file."""
    try:
        with local_copy(file.path) as path:
            if is_shop(path):
                return Glimpse([], [], SHOP, {})
            header = header_of(path)
            rows = [[row[name][:120] for name in header] for row in sample_of(path, SAMPLES)]
            try:
                layout = form_of(path).NAME
            except (UnreadableFileError, MappingError):
                layout = ""
    except (UnreadableFileError, FileNotFoundError) as error:
        return Glimpse([], [], "", {}, str(getattr(error, "message", error)))
    return Glimpse(header, rows, layout, guess(header))


def maps_for(kind: str, header: list[str]) -> QuerySet[ColumnMap]:
    """Maps that were kept for files with these columns come first."""
    from django.db.models import BooleanField, Case, Value, When

    same = Case(
        When(header_hash=header_hash(header), then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    return ColumnMap.objects.filter(kind=kind).annotate(fits=same).order_by("-fits", "-used_at")


def exports() -> QuerySet[ExportedFile]:
    return ExportedFile.objects.order_by("-started_at", "-pk")
