"""What a form field asks for, by its name, and how a phone should be told. Pure.

The tokens are those of the HTML standard (https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TEXT = frozenset({"text"})
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Ask:
    """``types``: of the input, which bring the right keyboard; others do with one of ``modes``. ``tokens``: of autofill."""

    types: frozenset[str]
    modes: frozenset[str]
    tokens: frozenset[str]


def _ask(types: str = "", modes: str = "", tokens: str = "") -> Ask:
    return Ask(frozenset(types.split()) or TEXT, frozenset(modes.split()), frozenset(tokens.split()))


EMAIL = _ask("email", "email", "email username")
PHONE = _ask("tel", "tel", "tel tel-national tel-local")
# The first whose words all stand in the field's name holds.
ASKS: tuple[tuple[frozenset[str], Ask], ...] = tuple(
    (frozenset(words.split()), ask)
    for words, ask in (
        ("email", EMAIL), ("e mail", EMAIL), ("phone", PHONE), ("telephone", PHONE), ("tel", PHONE), ("mobile", PHONE),
        ("password", _ask("password", "", "current-password new-password")),
        ("postcode", _ask("text", "text numeric", "postal-code")), ("zip", _ask("text", "text numeric", "postal-code")),
        ("postal", _ask("text", "text numeric", "postal-code")),
        ("first name", _ask(tokens="given-name")), ("last name", _ask(tokens="family-name")),
        ("firstname", _ask(tokens="given-name")), ("lastname", _ask(tokens="family-name")),
        ("city", _ask(tokens="address-level2")), ("country", _ask(tokens="country country-name")),
        ("card", _ask("text tel", "numeric", "cc-number cc-name cc-exp cc-csc")),
        ("quantity", _ask("number", "numeric decimal")), ("qty", _ask("number", "numeric decimal")),
        ("website", _ask("url", "url", "url")),
    )
)  # fmt: skip


def asked(name: str) -> Ask | None:
    """What a field called ``name`` ("billing-e_mail", "firstName") asks for, if its name says so."""
    words = {word.lower() for word in _WORDS.findall(name)}
    return next((ask for needed, ask in ASKS if needed <= words), None)


def has_right_keyboard(ask: Ask, kind: str, mode: str) -> bool:
    """``kind`` and ``mode``: the field's type and inputmode."""
    kind = kind or "text"
    return kind in ask.types or (kind in TEXT | {"tel", "search"} and mode in ask.modes)


def is_filled_in(ask: Ask, autocomplete: str) -> bool:
    """Whether the browser is told what it may fill in. ``section-*``, ``billing`` and the like stand before the token."""
    tokens = autocomplete.lower().split()
    return not ask.tokens or bool(tokens and not ask.tokens.isdisjoint(tokens))
