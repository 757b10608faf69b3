"""A buying aid: a few questions, one at a time, as links. The answers stand in the address (``?a1=2&a2=1``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.inventory.stock import queries as stock
from stoa.kernel.money import Money
from stoa.kernel.pagecache.tags import tag
from stoa.storefront.browse import cards as shown_cards
from stoa.storefront.content.paths import path_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.storefront.browse.cards import ShownCard

MOST_QUESTIONS = 6
PARAMETERS = tuple(f"a{number}" for number in range(1, MOST_QUESTIONS + 1))
RESULTS = 6


@dataclass(frozen=True, slots=True)
class Choice:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given; ``url`` leads back to its question. ``is_met`` is False where it had to be left out."""

    question: str
    answer: str
    url: str
    is_met: bool = True


@dataclass(frozen=True, slots=True)
class Wish:
    """What one answer asks for. Prices in minor units of the market's currency."""

    categories: frozenset[int] | None = None
    attribute: tuple[str, str] | None = None
    at_least: int | None = None
    at_most: int | None = None

    @property
    def is_blank(self) -> bool:
        return self.categories is None and self.attribute is None and self.at_least is None and self.at_most is None


@dataclass(slots=True)
class Aid:
    """Where somebody stands: the question to answer, or the goods that fit."""

    number: int
    total: int
    question: str = ""
    help: str = ""
    choices: list[Choice] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    results: list[ShownCard] = field(default_factory=list)
    is_done: bool = False
    restart_url: str = ""


def at(request: HttpRequest, market: Market, page: Any) -> Aid:
    """The step that the address asks for. What is no answer counts as not given yet."""
    questions = [block.value for block in page.questions][:MOST_QUESTIONS]
    base = path_of(page)
    chosen: list[int] = []
    for number, question in enumerate(questions, 1):
        place = _place(request.GET.get(f"a{number}", ""), len(question["answers"]))
        if place is None:
            break
        chosen.append(place)
    found = Aid(number=len(chosen) + 1, total=len(questions), restart_url=base)
    answers = [question["answers"][place] for question, place in zip(questions, chosen, strict=False)]
    found.given = [
        Given(str(question["question"]), str(answer["label"]), _url(base, chosen[:number]))
        for number, (question, answer) in enumerate(zip(questions, answers, strict=False))
    ]
    if len(chosen) < len(questions):
        asked = questions[len(chosen)]
        found.question, found.help = str(asked["question"]), str(asked["help"] or "")
        found.choices = [
            Choice(str(answer["label"]), _url(base, [*chosen, place])) for place, answer in enumerate(asked["answers"])
        ]
        return found
    found.is_done = bool(questions)
    if found.is_done:
        _recommend(request, market, found, [wish_of(answer, market) for answer in answers])
    return found


def _place(raw: str, count: int) -> int | None:
    return int(raw) - 1 if raw.isascii() and raw.isdigit() and len(raw) < 3 and 1 <= int(raw) <= count else None


def _url(base: str, places: Sequence[int]) -> str:
    return (
        f"{base}?{urlencode([(f'a{number}', place + 1) for number, place in enumerate(places, 1)])}" if places else base
    )


def wish_of(answer: Any, market: Market) -> Wish:
    node = categories.category_by_id(int(answer["category"])) if str(answer["category"] or "").isdigit() else None
    code, value = str(answer["attribute"] or "").strip(), str(answer["value"] or "").strip()
    return Wish(
        node.subtree_ids if node is not None else None,
        (code, value) if code and value else None,
        _minor(answer["at_least"], market.currency),
        _minor(answer["at_most"], market.currency),
    )


def _minor(amount: Decimal | None, currency: str) -> int | None:
    return Money.of(amount, currency, rounding="half_up").minor if amount is not None else None


def _recommend(request: HttpRequest, market: Market, aid: Aid, wishes: Sequence[Wish]) -> None:
    """Goods that meet every wish; where there are none, the last wishes are left out one by one, and it is said."""
    tag(request, "catalogue")
    for kept in range(len(wishes), -1, -1):
        cards = matching(market, wishes[:kept])
        if cards or kept == 0:
            aid.results = shown_cards.shown(cards, market)
            aid.given = [
                Given(given.question, given.answer, given.url, place < kept or wishes[place].is_blank)
                for place, given in enumerate(aid.given)
            ]
            return


def matching(market: Market, wishes: Sequence[Wish], size: int = RESULTS) -> list[products.ProductCard]:
    """Goods that can be bought now and meet all wishes, the merchant's favourites first."""
    from stoa.storefront.content.matching import candidates

    found = candidates(market, wishes, size * 4)
    states = stock.availability({pk for card in found for pk in card.variant_ids}, market.pk)
    return [
        card for card in found if any(pk in states and states[pk].is_sellable for pk in card.variant_ids)
    ][:size]  # fmt: skip
