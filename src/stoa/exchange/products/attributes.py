"""Attributes that a file names: found again by their name, or made with the kind that their values show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stoa.catalogue.products.rules import one_line
from stoa.catalogue.types.actions import define_attribute, set_attributes
from stoa.catalogue.types.errors import AttributesInvalidError, DefinitionInvalidError
from stoa.catalogue.types.queries import AttributeView, attribute_views
from stoa.exchange.products.shapes import flag_of, split_list

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

MAX_NAME, MAX_VALUE, MAX_CHOICE = 80, 500, 80
# A fact with more values than this, or with longer ones, is text and no choice.
MOST_CHOICES, LONGEST_CHOICE = 60, 40
_MEASURE = re.compile(r"-?\d{1,9}(?:[.,]\d{1,4})?\s*([^\d\s,;/()]{0,4}|fl oz)")


@dataclass(slots=True)
class Guess:
    """What the values of one attribute were like, over the whole file."""

    values: set[str] = field(default_factory=set)
    count: int = 0
    longest: int = 0
    units: set[str] = field(default_factory=set)
    decimals: int = 0
    are_numbers: bool = True
    are_flags: bool = True
    are_many: bool = False

    def see(self, text: str) -> None:
        self.count += 1
        parts = split_list(text)
        self.are_flags = self.are_flags and flag_of(text) is not None and not text.isdigit()
        measure = _MEASURE.fullmatch(text)
        self.are_numbers = self.are_numbers and measure is not None
        if measure and len(self.units) < 5:
            self.units.add(measure[1])
            fraction = re.search(r"[.,](\d+)", text)
            self.decimals = max(self.decimals, len(fraction[1]) if fraction else 0)
        self.are_many = self.are_many or len(parts) > 1
        for part in parts:
            self.longest = max(self.longest, len(part))
            if len(self.values) <= MOST_CHOICES:
                self.values.add(part.casefold())

    @property
    def kind(self) -> str:
        if self.are_flags:
            return "yes_no"
        if self.are_numbers and len(self.units) == 1:
            return "number"
        is_choice = self.longest <= LONGEST_CHOICE and len(self.values) <= MOST_CHOICES
        return "choice" if is_choice and (self.count > len(self.values) or self.are_many) else "text"


class Attributes:
    """The attributes of the shop, as one import meets them."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._guesses: dict[str, Guess] = {}
        self._known: dict[str, AttributeView] | None = None

    def see(self, values: Mapping[str, str]) -> None:
        """Look at what one product says, before anything is written."""
        for name, value in values.items():
            self._guesses.setdefault(one_line(name)[:MAX_NAME].casefold(), Guess()).see(one_line(value))

    def forget(self) -> None:
        """After a roll-back: attributes made on the way are gone with it."""
        self._known = None

    def write(self, product_id: int, values: Mapping[str, str]) -> list[str]:
        """Set them on a product. Returns what could not be, in words."""
        wanted: dict[str, str | list[str]] = {}
        notes = []
        for raw_name, raw_value in values.items():
            name, value = one_line(raw_name)[:MAX_NAME], one_line(raw_value)
            if not name or not value:
                continue
            view = self._view(name)
            if view is None:
                notes.append(f"the attribute {name} could not be made")
            elif len(value) > MAX_VALUE and view.kind == "text":
                notes.append(f"{name}: longer than {MAX_VALUE} characters")
            else:
                wanted[view.code] = _typed(view, value)
        return notes + self._set(product_id, wanted)

    def write_defined(self, product_id: int, said: Mapping[str, Any], *, variant_id: int | None = None) -> list[str]:
        """Values that come with their definitions, by code, as our own files have them. Returns what could not be."""
        known = {view.code for view in self._all().values()}
        wanted = {}
        for code, one in said.items():
            if not isinstance(one, Mapping) or "value" not in one:
                continue
            if code not in known and not self._define(str(code), one):
                return [f"the attribute {code} could not be made"]
            wanted[str(code)] = one["value"]
        return self._set(product_id, wanted, variant_id)

    def _define(self, code: str, said: Mapping[str, Any]) -> bool:
        flags: dict[str, Any] = {name: bool(said[name]) for name in ("is_multiple", "is_facet") if name in said}
        try:
            define_attribute(
                code, actor=self._actor, name=str(said.get("name") or code), kind=str(said.get("kind") or "text"),
                unit=str(said.get("unit") or ""), decimals=int(said.get("decimals") or 0), **flags,
            )  # fmt: skip
        except (DefinitionInvalidError, ValueError, TypeError):
            return False
        self._known = None
        return True

    def _set(self, product_id: int, wanted: dict[str, Any], variant_id: int | None = None) -> list[str]:
        if not wanted:
            return []
        try:
            set_attributes(product_id, wanted, actor=self._actor, variant_id=variant_id, add_choices=True)
        except (AttributesInvalidError, DefinitionInvalidError) as refusal:
            errors = refusal.facts.get("errors")
            if not isinstance(errors, dict) or not errors:
                return [refusal.message]
            left = {code: value for code, value in wanted.items() if code not in errors}
            names = {view.code: view.name for view in self._all().values()}
            return [f"{names.get(code, code)}: {why}" for code, why in errors.items()] + self._set(
                product_id, left, variant_id
            )
        return []

    def _view(self, name: str) -> AttributeView | None:
        found = self._all().get(name.casefold())
        if found is not None:
            return found
        guess = self._guesses.get(name.casefold()) or Guess()
        try:
            if guess.kind == "number":
                unit = next(iter(guess.units))
                define_attribute("", actor=self._actor, name=name, kind="number", unit=unit, decimals=guess.decimals)
            else:
                define_attribute(
                    "", actor=self._actor, name=name, kind=guess.kind, is_multiple=guess.kind == "choice" and guess.are_many,
                    is_facet=guess.kind == "choice",
                )  # fmt: skip
        except DefinitionInvalidError:
            return None
        self._known = None
        return self._all().get(name.casefold())

    def _all(self) -> dict[str, AttributeView]:
        if self._known is None:
            self._known = {view.name.casefold(): view for view in attribute_views().values()}
        return self._known


def _typed(view: AttributeView, value: str) -> str | list[str]:
    if view.kind == "choice" and view.is_multiple:
        return [part[:MAX_CHOICE] for part in split_list(value)]
    if view.kind == "yes_no":
        flag = flag_of(value)
        return value if flag is None else "yes" if flag else "no"
    return value


def names_of(values: Iterable[str]) -> list[str]:
    return [one_line(value)[:MAX_NAME] for value in values]
