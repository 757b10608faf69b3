"""``{% load stoa %}``: how amounts are written."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from stoa.kernel import phones
from stoa.kernel.money import Money

register = template.Library()


@register.filter(name="money")
def money_filter(amount: Money | None) -> str:
    """``{{ price|money }}``: as people of the active language write it; nothing for None."""
    return amount.format(get_language() or "en") if amount is not None else ""


@register.simple_tag
def money(minor: int | None, currency: str) -> str:
    """``{% money order.total_minor order.currency %}``."""
    return money_filter(Money(minor, currency)) if minor is not None else ""


@register.filter
def phone(number: str) -> str:
    """``{{ order.phone|phone }}``: +49 30 123456."""
    return phones.shown(number)
