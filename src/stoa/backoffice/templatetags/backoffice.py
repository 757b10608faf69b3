"""Template tags of the back office: amounts, coloured states, rights, countries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from stoa.backoffice import guard, moments
from stoa.backoffice.columns import pill as make_pill
from stoa.backoffice.columns import shown, signed
from stoa.kernel import phones
from stoa.kernel.errors import DomainError
from stoa.kernel.money import Money

register = template.Library()


@register.simple_tag
def cash(minor: int | None, currency: str) -> str:
    """``{% cash order.total_minor order.currency %}``: €12.34. Blank for None."""
    return "" if minor is None else shown(Money(minor, currency))


@register.filter
def moment(at: datetime | None) -> str:
    """``{{ note.at|moment }}``: Today, 14:03."""
    return moments.moment(at)


@register.filter
def phone(number: str) -> str:
    """``{{ order.phone|phone }}``: +49 30 123456."""
    return phones.shown(number)


@register.filter
def number(value: int) -> str:
    """``{{ count|number }}``: 4,361 as the reader's language groups it."""
    return format_decimal(value, locale=(get_language() or "en").replace("-", "_"))


register.filter("change", signed)


@register.filter
def document(move: Any) -> object:
    """What a stock move was for, linked where it is an order."""
    from stoa.backoffice.stock.lists import document_link

    return document_link(move)


@register.simple_tag
def pill(label: object, tone: str = "") -> SafeString:
    return make_pill(label, tone)


@register.filter
def may(user: Any, right: str) -> bool:
    """``{% if request.user|may:"operations.refund_order" %}``"""
    return guard.may(user, right)


def country_name(code: str) -> str:
    """A country in the reader's language; the code itself where it is no country."""
    try:
        return Locale.parse((get_language() or "en").replace("-", "_")).territories.get(code, code)
    except (UnknownLocaleError, ValueError):
        return code


register.filter("country", country_name)


@register.filter
def at(mapping: dict[Any, Any], key: Any) -> Any:
    """``{{ forms|at:payment.pk }}``: a value of a dict, None where it has none."""
    return mapping.get(key)


@register.inclusion_tag("backoffice/_step.html", takes_context=True)
def step(
    context: Any,
    url_name: str,
    *args: Any,
    label: str,
    icon: str = "",
    style: str = "",
    next_url: str = "",
    confirm: str = "",
) -> dict[str, Any]:
    """A button that POSTs to a step: ``{% step "order_ship" order.pk label=… style="button-secondary" %}``.

    With ``confirm`` (a question) a second click is needed; it works without JavaScript.
    """
    from django.urls import reverse

    return {
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
        "url": reverse(f"backoffice:{url_name}", args=args),
        "label": label,
        "icon": icon,
        "style": style,
        "next_url": next_url,
        "confirm": confirm,
    }


@register.filter
def method_name(code: str) -> str:
    """What a payment provider calls itself; its code where it is gone."""
    from stoa.operations.payments.providers import registry

    try:
        return str(registry.provider(code).label)
    except LookupError:
        return code.replace("_", " ")
    except DomainError:
        return code.replace("_", " ")


@register.filter
def event_tone(outcome: str) -> str:
    from stoa.backoffice.orders.tones import EVENT

    return EVENT.get(outcome, "")
