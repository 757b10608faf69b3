"""Promotions in words: one sentence that says what is given, for what, to whom and how often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stoa.backoffice.columns import shown
from stoa.backoffice.moments import moment
from stoa.backoffice.templatetags.backoffice import country_name
from stoa.catalogue.models import AttributeChoice, Category, Product, Promotion
from stoa.catalogue.promotions.actions import PromotionData
from stoa.catalogue.promotions.rules import WHOLE
from stoa.customers.models import CustomerGroup
from stoa.kernel.money import Money

# Of a long list of names, so many are said.
NAMED = 4


def data_of(row: Promotion, code: str = "") -> PromotionData:
    return PromotionData(
        name=row.name, kind=row.kind, currency=row.currency, label=row.label, is_automatic=row.is_automatic, code=code,
        terms=row.terms, conditions=row.conditions, market_id=row.market_id, starts_at=row.starts_at, ends_at=row.ends_at,
        group=row.group, priority=row.priority, is_exclusive=row.is_exclusive, limit_total=row.limit_total,
        limit_per_customer=row.limit_per_customer,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """Of what promotions name by ids, read for many of them at once."""

    categories: Mapping[int, str]
    choices: Mapping[int, str]
    products: Mapping[int, str]
    groups: Mapping[int, str]

    @classmethod
    def of(cls, several: Iterable[PromotionData]) -> Names:
        ids: dict[str, set[int]] = defaultdict(set)
        for data in several:
            for chosen in (data.conditions.get("chosen", {}), data.conditions.get("excluded", {})):
                for name in ("categories", "choices", "products"):
                    ids[name].update(chosen.get(name, ()))
            ids["products"].update(pk for pk, _n in data.terms.get("bundle", ()))
            ids["groups"].update(data.conditions.get("customer_groups", ()))
        return cls(
            dict(Category.objects.filter(pk__in=ids["categories"]).order_by("path").values_list("pk", "name")),
            dict(AttributeChoice.objects.filter(pk__in=ids["choices"]).order_by("pk").values_list("pk", "label")),
            dict(Product.objects.filter(pk__in=ids["products"]).order_by("title").values_list("pk", "title")),
            dict(CustomerGroup.objects.filter(pk__in=ids["groups"]).order_by("name").values_list("pk", "name")),
        )


def sentence(data: PromotionData, names: Names | None = None) -> str:
    """ "10 % off Ceramics, from €50.00, once per customer, until 3 Dec, 23:59." """
    known = names or Names.of([data])
    return ", ".join(part for part in (_given(data, known), *_conditions(data, known)) if part) + "."


def percent(basis_points: int) -> str:
    """1250 as 12.5 %."""
    return f"{(Decimal(basis_points) / 100).normalize():f} %"


def _given(data: PromotionData, names: Names) -> str:
    terms, goods = data.terms, _goods(data.conditions.get("chosen", {}), names) or _("everything")
    facts = {
        "goods": goods, "percent": percent(terms.get("percent_bp", 0)), "amount": _money(terms.get("amount_minor"), data),
        "buy": terms.get("buy", 0), "get": terms.get("get", 0),
    }  # fmt: skip
    match data.kind:
        case "percent":
            return _("%(percent)s off %(goods)s") % facts
        case "amount":
            return _("%(amount)s off %(goods)s, shared out over the cart") % facts
        case "amount_each":
            return _("%(amount)s off every piece of %(goods)s") % facts
        case "free_delivery":
            return _("Free delivery")
        case "buy_get":
            if terms.get("percent_bp", WHOLE) == WHOLE:
                return _("Buy %(buy)s, get %(get)s free, of %(goods)s") % facts
            return _("Buy %(buy)s, get %(get)s for %(percent)s less, of %(goods)s") % facts
        case "spend_tiers":
            steps = [
                _("%(percent)s from %(from)s") % {"percent": percent(bp), "from": _money(start, data)}
                for start, bp in sorted(terms.get("tiers", ()))
            ]
        case "quantity_tiers":
            steps = [
                _("%(percent)s from %(from)s pieces") % {"percent": percent(bp), "from": start}
                for start, bp in sorted(terms.get("tiers", ()))
            ]
        case _:
            parts = [f"{pieces} × {names.products.get(pk, pk)}" for pk, pieces in terms.get("bundle", ())]
            return _("%(parts)s together for %(amount)s") % {**facts, "parts": " + ".join(parts)}
    return _("%(steps)s off %(goods)s") % {**facts, "steps": "; ".join(steps)}


def _conditions(data: PromotionData, names: Names) -> Iterable[str]:
    asked = data.conditions
    if without := _goods(asked.get("excluded", {}), names):
        yield _("not on %(goods)s") % {"goods": without}
    if asked.get("skips_reduced"):
        yield _("not on goods on sale")
    if spend := asked.get("min_spend_minor"):
        yield _("from %(amount)s") % {"amount": _money(spend, data)}
    if groups := asked.get("customer_groups"):
        yield _("for %(names)s") % {"names": _names(name for pk, name in names.groups.items() if pk in groups)}
    if countries := asked.get("countries"):
        yield _("to %(names)s") % {"names": _names(country_name(code) for code in countries)}
    if sources := asked.get("sources"):
        yield _("for those who come by %(names)s") % {"names": _names(sources)}
    if asked.get("first_order"):
        yield _("on the first order")
    if not data.is_automatic:
        yield (
            _("with the code %(code)s") % {"code": data.code.upper()}
            if data.code
            else _("with a code of its own for each")
        )
    if data.is_exclusive:
        yield _("not together with others")
    if (each := data.limit_per_customer) is not None:
        yield ngettext("once per customer", "%(n)s times per customer", each) % {"n": each}
    if (total := data.limit_total) is not None:
        yield ngettext("once in all", "%(n)s times in all", total) % {"n": total}
    if data.starts_at:
        yield _("from %(moment)s on") % {"moment": moment(data.starts_at)}
    if data.ends_at:
        yield _("until %(moment)s") % {"moment": moment(data.ends_at)}


def _goods(chosen: Mapping[str, list[Any]], names: Names) -> str:
    said = [name for pk, name in names.categories.items() if pk in chosen.get("categories", ())]
    said += chosen.get("brands", ())
    said += [name for pk, name in names.choices.items() if pk in chosen.get("choices", ())]
    said += [name for pk, name in names.products.items() if pk in chosen.get("products", ())]
    return _names(said)


def _names(names: Iterable[str]) -> str:
    said = list(names)
    if len(said) > NAMED:
        more = _("%(n)s more") % {"n": len(said) - NAMED + 1}
        said = [*said[: NAMED - 1], more]
    if len(said) < 2:
        return "".join(said)
    return _("%(first)s and %(last)s") % {"first": ", ".join(said[:-1]), "last": said[-1]}


def _money(minor: int | None, data: PromotionData) -> str:
    return shown(Money(minor or 0, data.currency))


def reason(explanation: Mapping[str, Any], currency: str) -> str:
    """Why this price: what there was, what was taken, by which terms. "10 % of €12.00: €10.80 is left"."""
    facts = {
        "before": shown(Money(int(explanation.get("from", 0)), currency)),
        "after": shown(Money(int(explanation.get("to", 0)), currency)),
        "percent": percent(int(explanation.get("percent_bp", 0))),
        "buy": explanation.get("buy"), "get": explanation.get("get"),
    }  # fmt: skip
    match explanation.get("kind"):
        case "percent":
            return _("%(percent)s of %(before)s: %(after)s is left") % facts
        case "buy_get":
            return _("buy %(buy)s, get %(get)s: of %(before)s, %(after)s is left") % facts
        case "amount":
            return _("its part of the amount: of %(before)s, %(after)s is left") % facts
        case "bundle":
            return _("its part of the set: of %(before)s, %(after)s is left") % facts
        case "spend_tiers" | "quantity_tiers":
            return _("the step that the cart has reached: of %(before)s, %(after)s is left") % facts
        case _:
            return _("of %(before)s, %(after)s is left") % facts
