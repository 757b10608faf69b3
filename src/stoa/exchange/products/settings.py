"""What a run of an import is told, beside the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# What an update may change, in groups that a merchant chooses among.
FIELDS = (
    "texts", "description", "categories", "tags", "attributes", "variants", "prices", "stock", "pictures", "files",
    "publication",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """``update``: products that are there are changed, else they are left alone. ``fields``: which groups of them change.

    ``mapping`` says which column means what (see ``mapping``); None: the file is known by its header.
    ``pictures`` is a folder or an archive that the file's picture names are looked up in.
    """

    update: bool = False
    fields: frozenset[str] = field(default=frozenset(FIELDS))
    mapping: dict[str, Any] | None = None
    pictures: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "update": self.update, "fields": sorted(self.fields), "mapping": self.mapping, "pictures": self.pictures,
        }  # fmt: skip

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> ImportSettings:
        return cls(
            update=bool(said.get("update")),
            fields=frozenset(said.get("fields") or FIELDS) & frozenset(FIELDS),
            mapping=said.get("mapping"),
            pictures=str(said.get("pictures") or ""),
        )
