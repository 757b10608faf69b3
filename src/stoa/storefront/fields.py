"""Form fields as templates show them: label, value as typed, message, and the HTML standard's autofill token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Text = str | StrPromise


@dataclass(frozen=True, slots=True)
class FieldKind:
    """What a field always is. ``autocomplete`` is what browsers and robots fill it by."""

    label: Text
    autocomplete: str
    max_length: int
    type: str = "text"
    inputmode: str = ""
    is_required: bool = False
    is_long: bool = False
    help: Text = ""


KINDS = {
    "email": FieldKind(
        _("E-mail"), "email", 254, "email", "email", True, help=_("For the confirmation of your order.")
    ),
    "name": FieldKind(_("Full name"), "name", 200, is_required=True),
    "line1": FieldKind(_("Street and number"), "address-line1", 200, is_required=True),
    "line2": FieldKind(_("Flat, floor, company"), "address-line2", 200),
    "postal_code": FieldKind(_("Postal code"), "postal-code", 20, is_required=True),
    "city": FieldKind(_("Town or city"), "address-level2", 120, is_required=True),
    "region": FieldKind(_("State or province"), "address-level1", 120),
    "country": FieldKind(_("Country"), "country", 2, is_required=True),
    "vat_id": FieldKind(
        _("VAT id"), "off", 20, help=_("For businesses in the EU. Leave it out if you buy for yourself.")
    ),
    "phone": FieldKind(_("Telephone"), "tel", 40, "tel", "tel", help=_("Only for questions about the delivery.")),
    "note": FieldKind(_("Note"), "off", 2000, is_long=True),
}
# Where post goes astray without the state.
WITH_REGIONS = frozenset({"AU", "BR", "CA", "CN", "IN", "JP", "MX", "US"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field with what was typed into it. ``id`` and ``name`` are the same."""

    name: str
    kind: FieldKind
    value: str = ""
    error: str = ""
    choices: Sequence[tuple[str, str]] = ()
    section: str = ""
    extra: str = ""

    @property
    def id(self) -> str:
        return self.name

    @property
    def label(self) -> Text:
        return self.kind.label

    @property
    def help(self) -> Text:
        return self.kind.help

    @property
    def type(self) -> str:
        return self.kind.type

    @property
    def inputmode(self) -> str:
        return self.kind.inputmode

    @property
    def is_required(self) -> bool:
        return self.kind.is_required

    @property
    def is_long(self) -> bool:
        return self.kind.is_long

    @property
    def max_length(self) -> int:
        return self.kind.max_length

    @property
    def autocomplete(self) -> str:
        return f"{self.section} {self.kind.autocomplete}".strip()

    @property
    def described_by(self) -> str:
        """The ids of help and message, for ``aria-describedby``."""
        ids = [f"{self.name}-help"] if self.kind.help else []
        return " ".join([*ids, f"{self.name}-error"] if self.error else ids)


def form(
    names: Sequence[str],
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    *,
    countries: Sequence[tuple[str, str]] = (),
    section: str = "",
    extra: Mapping[str, str] | None = None,
) -> dict[str, Field]:
    """Fields by name, in the order given. ``countries`` are the choices of the country field."""
    return {
        name: Field(
            name,
            KINDS[name],
            values.get(name, ""),
            (errors or {}).get(name, ""),
            countries if name == "country" else (),
            section,
            (extra or {}).get(name, ""),
        )
        for name in names
    }


def with_errors(fields: Mapping[str, Field]) -> list[Field]:
    """The fields that have a message, in the order of the form."""
    return [field for field in fields.values() if field.error]
