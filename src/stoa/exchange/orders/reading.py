"""Invoice lines from a Parquet or CSV file, the lines of an invoice together, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from stoa.exchange.errors import MappingError, UnreadableFileError
from stoa.exchange.orders.mapping import OrderMapping

PIECE = 50_000  # rows turned into Python objects at a time; bounds the memory


@dataclass(frozen=True, slots=True)
class Invoice:
    """``rows``: (row number from 1 as in the file, our name -> raw value)."""

    reference: str
    rows: list[tuple[int, dict[str, Any]]]


class InvoiceFile:
    """A file of invoice lines. Raises UnreadableFileError, or MappingError where a column of the map is not there."""

    def __init__(self, path: Path, mapping: OrderMapping) -> None:
        table = _read(path)
        missing = [column for column in mapping.columns.values() if column not in table.column_names]
        if missing:
            raise MappingError(f"{path.name} has no column {', '.join(missing)} (it has {', '.join(table.column_names)})")
        table = table.select(list(dict.fromkeys(mapping.columns.values())))
        self._columns = mapping.columns
        self._table, self.rows = _grouped(table, mapping.columns["invoice"]), table.num_rows

    def invoices(self) -> Iterator[Invoice]:
        """Each invoice once, by its first line. Lines without an invoice number come as one invoice ``""``."""
        reference: str | None = None
        rows: list[tuple[int, dict[str, Any]]] = []
        for current, row, values in self._lines():
            if current != reference:
                if rows and reference is not None:
                    yield Invoice(reference, rows)
                reference, rows = current, []
            rows.append((row, values))
        if rows and reference is not None:
            yield Invoice(reference, rows)

    def _lines(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        names = list(self._columns)
        for start in range(0, self.rows, PIECE):
            piece = self._table.slice(start, PIECE)
            columns = [piece.column(self._columns[name]).to_pylist() for name in names]
            for row, *values in zip(piece.column("__row").to_pylist(), *columns, strict=True):
                line = dict(zip(names, values, strict=True))
                yield str(line["invoice"] if line["invoice"] is not None else "").strip(), row + 1, line


def _read(path: Path) -> pa.Table:
    try:
        if path.suffix.lower() in {".parquet", ".pq"}:
            return pq.read_table(path)
        return _read_csv(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"{path.name}: {error}") from error


def _read_csv(path: Path) -> pa.Table:
    with path.open("rb") as file:
        head = file.read(1 << 16)
    encoding = _encoding(head)
    first_line = head.decode(encoding, "replace").splitlines()[0] if head else ""
    delimiter = max(",;\t", key=first_line.count)
    header = pa_csv.open_csv(path, _read_options(encoding), pa_csv.ParseOptions(delimiter=delimiter)).schema.names
    return pa_csv.read_csv(
        path,
        _read_options(encoding),
        pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        # Everything stays text: a SKU "007" is not the number 7, and no float ever touches a price.
        pa_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False),
    )


def _read_options(encoding: str) -> pa_csv.ReadOptions:
    return pa_csv.ReadOptions(encoding=encoding)


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        # The sample may end in the middle of a character; that alone is no fault.
        head[: max(len(head) - 4, 0) or len(head)].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _grouped(table: pa.Table, invoice: str) -> pa.Table:
    """The rows ordered by (first row of their invoice, row): some systems interleave the lines of two invoices."""
    table = table.append_column("__row", pa.array(range(table.num_rows), pa.int64()))
    # Codes of a dictionary are given in order of first appearance.
    codes = pc.cast(table.column(invoice), pa.string()).combine_chunks().dictionary_encode(null_encoding="encode").indices
    keyed = table.append_column("__group", codes)
    return keyed.sort_by([("__group", "ascending"), ("__row", "ascending")]).drop_columns(["__group"])
