"""Reads from the database what lists filter and sort by. A constant number of queries, but for very many products."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import TextField
from django.db.models.functions import Cast

from stoa.catalogue.categories.models import Category
from stoa.catalogue.prices.queries import quote
from stoa.catalogue.products.models import Product, ProductCategory, ProductOption, Variant
from stoa.catalogue.search import facts
from stoa.catalogue.search.rules import body_text, fold, value_key
from stoa.catalogue.search.sheet import Entry, Key, VariantEntry
from stoa.catalogue.types.queries import facet_order, facet_values

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stoa.catalogue.markets.models import Market

T = TypeVar("T")
_NUMBER = re.compile(r"\d+")
# As many ids as go into one statement.
BATCH = 900


@dataclass(frozen=True, slots=True)
class Group:
    """A facet as the merchant made it: an attribute, or an option that variants have (``is_option``)."""

    code: str
    label: str
    unit: str = ""
    is_option: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """``order``: what the values of a group are sorted by."""

    value: str
    label: str
    order: tuple[int, float, str]
    swatch: str = ""


@dataclass(slots=True)
class Names:
    """How keys are called: groups in their order, and the values of each."""

    groups: dict[str, Group]
    values: dict[Key, Value]


def entries(market: Market, product_ids: Collection[int] | None, names: Names) -> Iterator[Entry]:
    """The products for sale: live, with an active variant that has a price here. None: all of them.

    ``names`` learns the options and values that it meets.
    """
    products = _among(Product.objects.filter(live=True), "pk", product_ids)
    rows = list(products.values_list("pk", "title", "brand", "position", "created_at"))
    if not rows:
        return
    ids = [row[0] for row in rows]
    offers = _variants(market, product_ids, names)
    shelves: dict[int, list[Key]] = {}
    for product_id, category_id in _among(ProductCategory.objects.all(), "product_id", product_ids).values_list(
        "product_id", "category_id"
    ):
        shelves.setdefault(product_id, []).append(("category", str(category_id)))
    said = _attributes(ids, names)
    sold = facts.sold(product_ids)
    for pk, title, brand, position, created_at in rows:
        if not (variants := offers.get(pk)):
            continue
        own = [*shelves.get(pk, ()), *said.get(pk, ())]
        if brand:
            own.append(("brand", brand))
        yield Entry(
            pk, title, title.lower(), brand, position, created_at.timestamp(), sold.get(pk, 0), tuple(variants),
            frozenset(own),
        )  # fmt: skip


def names() -> Names:
    """The attributes that are facets, with their choices. Options are met on the way."""
    found = Names({}, {})
    for view in facet_order():
        found.groups[view.code] = Group(view.code, view.name, view.unit)
        for place, choice in enumerate(view.choices):
            found.values[view.code, choice.code] = Value(choice.code, choice.label, (0, place, ""), choice.swatch)
    return found


def _variants(market: Market, product_ids: Collection[int] | None, names: Names) -> dict[int, list[VariantEntry]]:
    rows = list(
        _among(Variant.objects.filter(is_active=True, product__live=True), "product_id", product_ids)
        .order_by("product_id", "position", "id")
        .values_list("pk", "product_id", "option_values")
    )
    options: dict[int, list[str]] = {}
    places: dict[tuple[int, str], dict[str, int]] = {}
    for product_id, name, values in (
        _among(ProductOption.objects.all(), "product_id", product_ids)
        .order_by("product_id", "position", "id")
        .values_list("product_id", "name", "values")
    ):
        options.setdefault(product_id, []).append(name)
        places[product_id, name] = {value: place for place, value in enumerate(values)}
    prices = _prices([row[0] for row in rows], market)
    available = facts.available(market, prices if product_ids is not None else None)
    found: dict[int, list[VariantEntry]] = {}
    for pk, product_id, values in rows:
        if pk not in prices:
            continue
        keys = frozenset(
            _option_key(names, name, value, places[product_id, name].get(value, len(values)))
            for name, value in zip_longest(options.get(product_id, ()), values)
            if name and value
        )
        found.setdefault(product_id, []).append(
            VariantEntry(pk, prices[pk], available is None or pk in available, keys)
        )
    return found


def _option_key(names: Names, name: str, value: str, place: int) -> Key:
    code, key = value_key(name), value_key(value)
    if code not in names.groups:
        names.groups[code] = Group(code, name, is_option=True)
    if (code, key) not in names.values:
        names.values[code, key] = Value(key, value, (1, place, _natural(value)))
    return code, key


def _attributes(product_ids: Sequence[int], names: Names) -> dict[int, list[Key]]:
    found: dict[int, list[Key]] = {}
    for product_id, said in facet_values(product_ids).items():
        keys = []
        for fact in said:
            value = value_key(fact.value)
            keys.append((fact.code, value))
            if (fact.code, value) not in names.values:
                order = (1, float(fact.number), "") if fact.number is not None else (2, 0.0, fold(fact.label))
                names.values[fact.code, value] = Value(value, fact.label, order)
        found[product_id] = keys
    return found


def _prices(variant_ids: Sequence[int], market: Market) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in in_batches(variant_ids):
        found.update((pk, each.unit.minor) for pk, each in quote(some, market).items())
    return found


def _among(rows: QuerySet[Any], column: str, product_ids: Collection[int] | None) -> QuerySet[Any]:
    return rows if product_ids is None else rows.filter(**{f"{column}__in": list(product_ids)})


def _natural(text: str) -> str:
    """Sorts "9 cm" before "10 cm"."""
    return _NUMBER.sub(lambda digits: digits[0].zfill(12), text.casefold())


def in_batches(items: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a product. ``labels``: subtitle, tags, shelves, options and attributes."""

    id: int
    title: str
    brand: str
    labels: str
    text: str
    codes: tuple[str, ...]


def documents(product_ids: Collection[int] | None) -> Iterator[Document]:
    """The live products, those that the merchant features first. None: all of them."""
    labels: dict[int, list[str]] = {}
    codes: dict[int, list[str]] = {}
    for product_id, sku, barcode, values in (
        _among(Variant.objects.filter(is_active=True, product__live=True), "product_id", product_ids)
        .order_by("position", "id")
        .values_list("product_id", "sku", "barcode", "option_values")
    ):
        labels.setdefault(product_id, []).extend(values)
        codes.setdefault(product_id, []).extend(code for code in (sku, barcode) if code)
    shelves = {category.pk: category for category in Category.objects.all()}
    for product_id, category_id in _among(ProductCategory.objects.all(), "product_id", product_ids).values_list(
        "product_id", "category_id"
    ):
        if category_id in shelves:
            labels.setdefault(product_id, []).append(shelves[category_id].name)
    rows = _among(Product.objects.filter(live=True), "pk", product_ids).order_by("position", "-created_at", "-pk")
    # The raw column: making blocks of it costs a hundred times as much.
    body = Cast("body", TextField())
    listed = list(rows.annotate(raw=body).values_list("pk", "title", "subtitle", "brand", "tags", "raw"))
    for product_id, said in facet_values([row[0] for row in listed]).items():
        labels.setdefault(product_id, []).extend(fact.label for fact in said if fact.value not in ("yes", "no"))
    for pk, title, subtitle, brand, tags, raw in listed:
        own = dict.fromkeys([subtitle, *map(str, tags), *labels.get(pk, ())])
        yield Document(
            pk, title, brand, "\n".join(own), body_text(json.loads(raw)) if raw else "", tuple(codes.get(pk, ()))
        )
