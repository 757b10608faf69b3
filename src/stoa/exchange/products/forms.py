"""The layouts of product files, and which of them a file has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files.tables import Row, header_of, repeated_columns
from stoa.exchange.products import mapping, presets, shopify, woocommerce
from stoa.exchange.products.shapes import SourceProduct


class Form(Protocol):
    """A layout. A module or an object: whatever reads rows as products."""

    NAME: str

    def products(self, rows: Iterable[Row], header: Iterable[str] = ()) -> Iterator[SourceProduct]: ...

    def remarks(self, header: Iterable[str]) -> list[str]: ...


FORMATS = (shopify, woocommerce)


def form_of(path: Path, mapped: dict[str, Any] | None = None) -> Form:
    """The layout that ``mapped`` describes, else the one whose columns the header has, else that of a map which comes
    with the shop. Raises UnreadableFileError, and says which are known; MappingError for a map that does not fit."""
    header = header_of(path)
    if mapped is not None:
        return mapping.MappedForm(mapping.parse(mapped), header)
    for form in FORMATS:
        if form.is_mine(header):
            return form  # type: ignore[return-value]
    if preset := presets.fitting(header):
        return mapping.MappedForm(preset, header)
    raise UnreadableFileError(
        f"{path.name} is no product file of Shopify or WooCommerce (its columns: {', '.join(sorted(header))[:300]}): "
        "say in a map which column means what"
    )


def remarks_of(form: Form, path: Path) -> list[str]:
    """What there is to say of the file as a whole."""
    said = form.remarks(header_of(path))
    if twice := repeated_columns(path):
        said.append(f"columns that stand more than once: {', '.join(twice)[:200]}; the first filled cell counts")
    return said
