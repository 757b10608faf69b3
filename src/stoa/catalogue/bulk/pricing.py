"""Bulk edits of prices: one row for each variant on one list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from stoa.catalogue.bulk.drafts import Draft, Options, Target
from stoa.catalogue.bulk.errors import BulkEditInvalidError
from stoa.catalogue.bulk.rules import HIGHEST_PERCENT, LOWEST_PERCENT, ROUNDINGS, by_amount, by_percent
from stoa.catalogue.prices.actions import PriceChange, set_prices
from stoa.catalogue.prices.models import Price, PriceList
from stoa.catalogue.prices.rules import HIGHEST_MINOR, price_problem
from stoa.catalogue.products.models import Variant
from stoa.kernel.actors import Actor
from stoa.kernel.money import exponent

Written = dict[str, Any]


class PriceOperation:
    """``amount``, ``compare_at`` (minor units or None) and ``rrp`` of each variant on the list ``price_list``."""

    batch = 200

    def check(self, options: Options) -> dict[str, Any]:
        price_list = PriceList.objects.filter(pk=options.get("price_list") or 0).first()
        if price_list is None:
            raise BulkEditInvalidError(_("Choose a price list."), field="price_list")
        return {
            "price_list": price_list.pk, "currency": price_list.currency, "digits": exponent(price_list.currency),
            **self.own_options(options),
        }  # fmt: skip

    def own_options(self, options: Options) -> dict[str, Any]:
        return {}

    def plan(self, product_ids: Collection[int], options: Options) -> list[Draft]:
        variants = list(
            Variant.objects.filter(product_id__in=product_ids)
            .order_by("product_id", "position", "id")
            .values_list("pk", "product_id", "product__title", "title", "sku")
        )
        prices = _prices([row[0] for row in variants], options["price_list"])
        return [self._draft(row, prices.get(row[0]), options) for row in variants]

    def _draft(self, row: tuple[Any, ...], before: Written | None, options: Options) -> Draft:
        variant_id, product_id, title, variant_title, sku = row
        label = f"{title}, {variant_title}" if variant_title else title
        named = f"{label} ({sku})"[:300]
        after: Written | None = None
        if before is None and self.needs_price:
            reason = _("It has no price on this list.")
        else:
            after, reason = self.after(before, options)
        if not reason and after is not None:
            match price_problem(after["amount"], after["compare_at"]):
                case "price":
                    reason = _("This is not a price.")
                case "compare_at":
                    reason = _("The compare-at price would not be above the price.")
        return Draft(
            product_id, named, before, after if not reason else None, variant_id=variant_id, reason=reason,
            is_refused=bool(reason),
        )  # fmt: skip

    needs_price = True

    def after(self, before: Written | None, options: Options) -> tuple[Written | None, str]:
        """The new price, or why there is none."""
        raise NotImplementedError

    def present(self, targets: Collection[Target], options: Options) -> dict[int, Any]:
        there = set(Variant.objects.filter(pk__in=[t.variant_id for t in targets]).values_list("pk", flat=True))
        prices = _prices(there, options["price_list"])
        return {t.row_id: prices.get(t.variant_id) for t in targets if t.variant_id in there}  # type: ignore[arg-type]

    def write(self, target: Target, options: Options, actor: Actor) -> None:
        assert target.variant_id is not None  # noqa: S101
        wanted: Mapping[str, Any] = target.wanted or {}
        change = PriceChange(
            target.variant_id, options["price_list"], wanted.get("amount"), wanted.get("compare_at"), wanted.get("rrp")
        )
        set_prices([change], actor)


class PricePercent(PriceOperation):
    """``percent`` (text, may be negative), ``rounding``, ``keep_old`` (the old price becomes the compare-at price)."""

    def own_options(self, options: Options) -> dict[str, Any]:
        return {"percent": _percent(options), "rounding": _rounding(options), "keep_old": bool(options.get("keep_old"))}

    def after(self, before: Written | None, options: Options) -> tuple[Written | None, str]:
        assert before is not None  # noqa: S101
        amount = by_percent(before["amount"], Decimal(options["percent"]), options["rounding"], options["digits"])
        return _with_amount(before, amount, options), ""


class PriceAmount(PriceOperation):
    """``amount`` in minor units (may be negative), ``rounding``, ``keep_old``."""

    def own_options(self, options: Options) -> dict[str, Any]:
        amount = _minor(options, "amount")
        if not amount:
            raise BulkEditInvalidError(_("Write by how much."), field="amount")
        return {"amount": amount, "rounding": _rounding(options), "keep_old": bool(options.get("keep_old"))}

    def after(self, before: Written | None, options: Options) -> tuple[Written | None, str]:
        assert before is not None  # noqa: S101
        amount = by_amount(before["amount"], options["amount"], options["rounding"], options["digits"])
        if amount is None:
            return None, _("The price would be below zero.")
        return _with_amount(before, amount, options), ""


class PriceSet(PriceOperation):
    """``amount`` in minor units: the same price for all, also for those without one yet."""

    needs_price = False

    def own_options(self, options: Options) -> dict[str, Any]:
        amount = _minor(options, "amount")
        if amount is None or amount < 0:
            raise BulkEditInvalidError(_("Write a price."), field="amount")
        return {"amount": amount, "keep_old": bool(options.get("keep_old"))}

    def after(self, before: Written | None, options: Options) -> tuple[Written | None, str]:
        if before is None:
            return {"amount": options["amount"], "compare_at": None, "rrp": False}, ""
        return _with_amount(before, options["amount"], options), ""


class CompareAtPercent(PriceOperation):
    """The compare-at price is the price and ``percent`` of it on top, under ``rounding``; ``rrp`` calls it recommended."""

    def own_options(self, options: Options) -> dict[str, Any]:
        percent = _percent(options)
        if Decimal(percent) <= 0:
            raise BulkEditInvalidError(_("A compare-at price is above the price."), field="percent")
        return {"percent": percent, "rounding": _rounding(options), "rrp": bool(options.get("rrp"))}

    def after(self, before: Written | None, options: Options) -> tuple[Written | None, str]:
        assert before is not None  # noqa: S101
        above = by_percent(before["amount"], Decimal(options["percent"]), options["rounding"], options["digits"])
        return {**before, "compare_at": above, "rrp": options["rrp"]}, ""


class CompareAtClear(PriceOperation):
    def after(self, before: Written | None, options: Options) -> tuple[Written | None, str]:
        assert before is not None  # noqa: S101
        return {**before, "compare_at": None, "rrp": False}, ""


def _with_amount(before: Written, amount: int, options: Options) -> Written:
    if options["keep_old"] and amount < before["amount"]:
        return {"amount": amount, "compare_at": before["amount"], "rrp": False}
    return {**before, "amount": amount}


def _prices(variant_ids: Collection[int], price_list_id: int) -> dict[int, Written]:
    rows = Price.objects.filter(price_list_id=price_list_id, variant_id__in=list(variant_ids))
    return {
        variant_id: {"amount": amount, "compare_at": above, "rrp": is_rrp}
        for variant_id, amount, above, is_rrp in rows.values_list(
            "variant_id", "amount_minor", "compare_at_minor", "compare_at_is_rrp"
        )
    }


def _percent(options: Options) -> str:
    text = str(options.get("percent", "")).strip().replace(",", ".").replace("\u2212", "-").removesuffix("%").strip()
    try:
        percent = Decimal(text)
    except InvalidOperation as error:
        raise BulkEditInvalidError(_("Write a number such as -10 or 2.5."), field="percent") from error
    if not percent.is_finite() or not percent or not LOWEST_PERCENT <= percent <= HIGHEST_PERCENT:
        raise BulkEditInvalidError(_("Between -99 and 1000, and not 0."), field="percent")
    if percent != round(percent, 4):
        raise BulkEditInvalidError(_("At most %d decimal places.") % 4, field="percent")
    return f"{percent.normalize():f}"


def _rounding(options: Options) -> str:
    rounding = options.get("rounding", "")
    if rounding not in ROUNDINGS:
        raise BulkEditInvalidError(_("Choose how to round."), field="rounding")
    return str(rounding)


def _minor(options: Options, field: str) -> int | None:
    value = options.get(field)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > HIGHEST_MINOR:
        raise BulkEditInvalidError(_("This is not an amount."), field=field)
    return value
