"""A bulk edit in one line of words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from stoa.backoffice.bulk.forms import KINDS, rounding_label
from stoa.backoffice.columns import shown
from stoa.catalogue.models import BulkEdit, Category, PriceList, ProductType
from stoa.catalogue.types.queries import attribute_views
from stoa.kernel.money import Money


def label_of(edit: BulkEdit) -> str:
    kind = KINDS.get(edit.operation)
    return str(kind.label) if kind else edit.operation


def details_of(edit: BulkEdit) -> str:
    """``-10 %, to .99, Standard (EUR)``. A query or two."""
    return ", ".join(part for part in _parts(edit.operation, edit.options) if part)


def _parts(operation: str, options: dict[str, Any]) -> list[str]:
    if "price_list" in options:
        row = PriceList.objects.filter(pk=options["price_list"]).first()
        amount = options.get("amount")
        currency = options["currency"]
        return [
            f"{options['percent']}\u00a0%".replace("-", "\u2212") if "percent" in options else "",
            shown(Money(amount, currency)) if amount is not None else "",
            str(rounding_label(options["rounding"])) if options.get("rounding") else "",
            _("old price as compare-at price") if options.get("keep_old") else "",
            _("recommended price") if options.get("rrp") else "",
            f"{row.name} ({row.currency})" if row else "",
        ]
    if "category" in options:
        ids = [options["category"], *([options["into"]] if "into" in options else [])]
        names = dict(Category.objects.filter(pk__in=ids).values_list("pk", "name"))
        return [
            " → ".join(names.get(pk, f"#{pk}") for pk in ids),
            _("as the main one") if options.get("is_main") else "",
        ]
    if "attribute" in options:
        view = next((one for one in attribute_views().values() if one.code == options["attribute"]), None)
        value = options["value"]
        labels = {choice.code: choice.label for choice in view.choices} if view else {}
        many = value if isinstance(value, list) else [value]
        said = ", ".join(str(labels.get(one, one)) for one in many) if value is not None else _("taken away")
        return [f"{view.name if view else options['attribute']}: {said}"]
    if "type" in options:
        kind = ProductType.objects.filter(pk=options["type"]).first()
        return [kind.name if kind else _("no type")]
    if "tag" in options:
        return [str(options["tag"])]
    if "brand" in options:
        return [options["brand"] or _("none")]
    return []
