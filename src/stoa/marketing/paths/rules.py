"""How somebody came to a page, told by the address of the page before (the Referer header) alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

WAYS = ("category", "search", "filter", "home", "product", "content", "other", "outside", "direct")
# Ways by which a shelf, a menu or a text leads to a product. Those who search have to know its name.
SHELF_WAYS = ("category", "filter", "home", "product", "content")
# Places of a list that no category's slug can be.
SEARCH, ALL = "search:", "all:"
MOST_CHOICES = 12
LONGEST_REFERER = 1_000
_NO_FILTERS = frozenset({"q", "sort", "page", "variant", "from"})
_PRIVATE = ("/cart/", "/checkout/", "/account/", "/order/", "/download/")

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """``place`` and ``choices`` for a list: where it was, and what its address asked for beside text, order and page.

    Whether the choices are filters, only the shop's facets can tell: see ``filtered``.
    """

    name: str
    place: str = ""
    choices: Choices = ()

    def filtered(self, facets: frozenset[str]) -> Way:
        """The way, knowing which names are facets: a list with a filter is a way of its own."""
        chosen = tuple(pair for pair in self.choices if pair[0] in facets)
        return Way("filter" if chosen else self.name, self.place, chosen)


def way_to(path: str, referer: str, host: str, *, is_suggested: bool = False) -> Way | None:
    """How somebody came to ``path``; None where it is no coming: the same page again, or the merchant at work.

    ``is_suggested``: from what is suggested while one types, which stands on every page.
    """
    if not referer:
        return Way("direct")
    try:
        before = urlsplit(referer[:LONGEST_REFERER])
    except ValueError:
        return Way("outside")
    if before.netloc.lower() != host.lower():
        return Way("outside")
    if before.path == path or before.path.startswith("/admin/"):
        return None
    if is_suggested:
        return Way("search")
    return _from(before.path, before.query)


def _from(path: str, query: str) -> Way:
    if path == "/":
        return Way("home")
    if path == "/search/":
        is_text = any(name == "q" and value.strip() for name, value in _pairs(query))
        return Way("search", SEARCH, choices_of(query)) if is_text else Way("category", ALL, choices_of(query))
    if path.startswith("/c/"):
        return Way("category", path[3:].strip("/")[:140], choices_of(query))
    if path.startswith("/p/"):
        return Way("product")
    return Way("other" if path.startswith(_PRIVATE) else "content")


def choices_of(query: str) -> Choices:
    """What an address asks for beside text, order and page, prices without their amounts; each pair once, in order."""
    return choices_of_pairs((name, value) for name, value in _pairs(query) if name not in _NO_FILTERS and value)


def choices_of_pairs(pairs: Iterable[tuple[str, str]]) -> Choices:
    found = sorted({_choice(name, value) for name, value in pairs})
    return tuple(pair for pair in found if len(pair[0]) <= 90 and len(pair[1]) <= 120)[:MOST_CHOICES]


def new_choices(chosen: Choices, path: str, referer: str, host: str) -> tuple[Choices, bool]:
    """Of what is ``chosen`` in the list at ``path``, what was not on the page before; and whether that was another page."""
    try:
        before = urlsplit(referer[:LONGEST_REFERER])
    except ValueError:
        return chosen, True
    if before.netloc.lower() != host.lower() or before.path != path:
        return chosen, True
    known = set(choices_of(before.query))
    return tuple(pair for pair in chosen if pair not in known), False


def _choice(name: str, value: str) -> tuple[str, str]:
    # Amounts are as many as visitors: that there is a lower or an upper end is what is worth knowing.
    return ("price", name) if name in ("min", "max") else (name, value)


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, max_num_fields=40)
    except ValueError:
        return []
