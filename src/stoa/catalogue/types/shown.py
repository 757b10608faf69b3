"""Values as they are shown: specifications, filters, comparisons, forms. A constant number of queries for any number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext as _

from stoa.catalogue.types.definitions import AttributeView, attribute_views, places
from stoa.catalogue.types.models import AttributeValue
from stoa.catalogue.types.units import exact, from_stored, is_kept, plain
from stoa.catalogue.types.values import Stored

# Asking for more ids than this costs more than reading all rows.
MOST_IDS = 2000
YES, NO = "yes", "no"


class FacetFact(NamedTuple):
    """One value of one product. ``value`` is for addresses (``350``, ``stoneware``, ``yes``), ``label`` for people.

    ``number`` is what numbers are, in ``unit``; None for all else.
    """

    code: str
    value: str
    label: str
    unit: str
    number: Decimal | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A line of a comparison table: the values by product, ``""`` where one says nothing of it."""

    code: str
    name: str
    values: dict[int, str]


class _Row(NamedTuple):
    product_id: int
    variant_id: int | None
    type_id: int | None
    attribute_id: int
    text: str
    number: int | None
    flag: bool | None
    choice_id: int | None


def specification(product_id: int, *, variant_id: int | None = None) -> tuple[tuple[str, str], ...]:
    """Name and value with unit of what stands in a product's specification, in its type's order. Four queries.

    With ``variant_id``, what the variant says of itself goes before what the product says.
    """
    return _specifications([product_id], variant_id).get(product_id, ())


def specifications(product_ids: Collection[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """The specifications of many products. Those without one are missing. Four queries."""
    return _specifications(product_ids, None)


def facet_values(product_ids: Collection[int]) -> dict[int, list[FacetFact]]:
    """What the filters may know of each product, in its type's order; those without values are missing. Four queries.

    What only an active variant says is said of its product.
    """
    known = attribute_views()
    facets = {pk: view for pk, view in known.items() if view.is_facet}
    rows = _values(product_ids).filter(attribute__is_facet=True).filter(Q(variant=None) | Q(variant__is_active=True))
    labels = _choice_facts(facets.values())
    made: dict[tuple[object, ...], FacetFact] = {}
    found: dict[int, list[FacetFact]] = {}
    for row in _visible(rows, product_ids):
        # Thousands of products say the same few things.
        key = row[3:]
        fact = made.get(key)
        if fact is None:
            fact = made[key] = _fact(row, facets[row.attribute_id], labels)
        facts = found.setdefault(row.product_id, [])
        if row.variant_id is None or fact not in facts:
            facts.append(fact)
    return found


def comparison(product_ids: Collection[int]) -> list[Comparison]:
    """What can be compared of these products, and is said of at least one. Four queries."""
    known = attribute_views()
    lines: dict[int, dict[int, list[str]]] = {}
    rows = _values(product_ids).filter(attribute__is_comparable=True, variant=None)
    for row in _visible(rows, product_ids):
        lines.setdefault(row.attribute_id, {}).setdefault(row.product_id, []).append(
            _shown(row, known[row.attribute_id])
        )
    return [
        Comparison(
            known[pk].code,
            known[pk].name,
            {product_id: ", ".join(values.get(product_id, ())) for product_id in product_ids},
        )
        for pk, values in lines.items()
    ]


def typed_values(
    product_ids: Collection[int],
    *,
    variant_ids: Collection[int] | None = None,
    known: Mapping[int, AttributeView] | None = None,
) -> dict[int, dict[str, str | list[str]]]:
    """Values as one would type them, by product and code: ``{"capacity": "350", "care": ["hand-wash"]}``.

    Also those that the product's type hides. ``set_attributes`` takes them back as they are. With ``variant_ids`` those
    of the variants, by variant. Three queries; one where the caller has all attributes at hand (``known``).
    """
    known = attribute_views() if known is None else known
    codes = {choice.id: choice.code for view in known.values() for choice in view.choices}
    rows = _values(product_ids)
    if variant_ids is None:
        rows = rows.filter(variant=None)
    else:
        rows = rows.filter(variant_id__in=list(variant_ids))
    found: dict[int, dict[str, str | list[str]]] = {}
    wanted = set(product_ids)
    for row in _in_order(rows):
        if row.product_id not in wanted:
            continue
        view = known[row.attribute_id]
        owner = found.setdefault(row.product_id if row.variant_id is None else row.variant_id, {})
        if row.choice_id is not None and view.is_multiple:
            many = owner.setdefault(view.code, [])
            assert isinstance(many, list)  # noqa: S101
            many.append(codes[row.choice_id])
        else:
            owner[view.code] = codes[row.choice_id] if row.choice_id is not None else typed(row, view)
    return found


def _specifications(product_ids: Collection[int], variant_id: int | None) -> dict[int, tuple[tuple[str, str], ...]]:
    known = attribute_views()
    rows = _values(product_ids).filter(attribute__is_in_specification=True)
    rows = rows.filter(Q(variant=None) | Q(variant_id=variant_id)) if variant_id else rows.filter(variant=None)
    lines: dict[int, dict[int, list[_Row]]] = {}
    for row in _visible(rows, product_ids):
        lines.setdefault(row.product_id, {}).setdefault(row.attribute_id, []).append(row)
    return {
        product_id: tuple((known[pk].name, _joined(said, known[pk])) for pk, said in by_attribute.items())
        for product_id, by_attribute in lines.items()
    }


def _joined(rows: list[_Row], view: AttributeView) -> str:
    own = [row for row in rows if row.variant_id is not None]
    return ", ".join(_shown(row, view) for row in own or rows)


def _values(product_ids: Collection[int]):  # type: ignore[no-untyped-def]
    rows = AttributeValue.objects.all()
    return rows.filter(product_id__in=list(product_ids)) if len(product_ids) <= MOST_IDS else rows


def _in_order(rows) -> Iterable[_Row]:  # type: ignore[no-untyped-def]
    listed = rows.order_by("product_id", F("choice__position").asc(nulls_first=True), "choice_id", "id").values_list(
        "product_id", "variant_id", "product__type_id", "attribute_id", "text", "number", "flag", "choice_id"
    )
    return map(_Row._make, listed.iterator(chunk_size=5000))


def _visible(rows, product_ids: Collection[int]) -> list[_Row]:  # type: ignore[no-untyped-def]
    """Those of these products that their type has (all, where it has no type), in the type's order."""
    pairs, order = places()
    wanted = set(product_ids)
    found = [
        row
        for row in _in_order(rows)
        if row.product_id in wanted and (row.type_id is None or (row.type_id, row.attribute_id) in pairs)
    ]
    last = len(order)
    found.sort(key=lambda row: (row.product_id, order.get((row.type_id, row.attribute_id), last + row.attribute_id)))  # type: ignore[arg-type]
    return found


def _choice_facts(views: Iterable[AttributeView]) -> dict[int, tuple[str, str]]:
    return {choice.id: (choice.code, choice.label) for view in views for choice in view.choices}


def _fact(row: _Row, view: AttributeView, choices: dict[int, tuple[str, str]]) -> FacetFact:
    if row.choice_id is not None:
        code, label = choices[row.choice_id]
        return FacetFact(view.code, code, label, "", None)
    number = from_stored(row.number, view.unit, view.decimals) if row.number is not None else None
    return FacetFact(view.code, _machine(row, view), _shown(row, view), view.unit, number)


def _machine(row: _Row | Stored, view: AttributeView) -> str:
    if row.number is not None:
        return plain(row.number, view.unit, view.decimals)
    if row.flag is not None:
        return YES if row.flag else NO
    return row.text


def typed(said: _Row | Stored, view: AttributeView) -> str:
    """A value that is no choice as one would type it: ``350``; with its unit where that is needed to say all of it."""
    if said.number is not None and not is_kept(said.number, view.unit, view.decimals):
        return exact(said.number, view.unit)
    return _machine(said, view)


def _shown(row: _Row, view: AttributeView) -> str:
    if row.choice_id is not None:
        return next(choice.label for choice in view.choices if choice.id == row.choice_id)
    if row.number is not None:
        return with_unit(plain(row.number, view.unit, view.decimals), view.unit)
    if row.flag is not None:
        return _("Yes") if row.flag else _("No")
    return row.text


def with_unit(number: str, unit: str) -> str:
    """``350 ml``, the two never parted at the end of a line. Signs such as % stand close."""
    if not unit:
        return number
    return f"{number}{unit}" if unit in {"%", "°", '"'} else f"{number}\u00a0{unit}"
