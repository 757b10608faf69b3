"""Table columns that Wagtail does not have: money, coloured states, two lines in a cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from babel.numbers import format_compact_currency
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.admin.ui.tables import Column, TitleColumn

from stoa.backoffice.moments import moment
from stoa.kernel.money import Money

# Shown from a tablet's width on; on a phone the row's first columns say enough.
WIDE = "stoa-wide"
NUMBER = "stoa-number"


def shown(money: Money | None) -> str:
    """Money as the reader's language writes it; blank for none."""
    return money.format(get_language() or "en") if money is not None else ""


def signed(count: int) -> str:
    """+3, −3, 0: with the minus sign that is as wide as the plus."""
    return f"{count:+d}".replace("-", "\N{MINUS SIGN}") if count else "0"


def in_short(money: Money) -> str:
    """An amount in few letters, for the axis of a chart: €20K."""
    locale = (get_language() or "en").replace("-", "_")
    return format_compact_currency(money.decimal, money.currency, locale=locale, fraction_digits=0)


def pill(label: object, tone: str = "") -> SafeString:
    """A small tag. ``tone``: good, wait, bad, or blank for neutral."""
    return format_html('<span class="w-status stoa-pill{}">{}</span>', f" stoa-pill--{tone}" if tone else "", label)


class MoneyColumn(Column):
    """``accessor`` gives a Money (or None)."""

    def __init__(self, name: str, *, classname: str = NUMBER, **kwargs: Any) -> None:
        super().__init__(name, classname=classname, **kwargs)

    def get_value(self, instance: Any) -> str:
        return shown(super().get_value(instance))


class PillColumn(Column):
    """A state as a tag. ``tone_of`` takes the row."""

    def __init__(self, name: str, *, tone_of: Callable[[Any], str], **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.tone_of = tone_of

    def get_value(self, instance: Any) -> SafeString | str:
        value = super().get_value(instance)
        return pill(value, self.tone_of(instance)) if value else ""


class TwoLineColumn(TitleColumn):
    """A link, and under it a smaller line that ``below`` takes from the row.

    ``narrow`` says on a phone what the columns say that have no room there.
    """

    cell_template_name = "backoffice/tables/two_line_cell.html"

    def __init__(
        self,
        name: str,
        *,
        below: Callable[[Any], object] | None = None,
        narrow: Callable[[Any], object] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, **kwargs)
        self.below, self.narrow = below, narrow

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        context["below"] = self.below(instance) if self.below else ""
        context["narrow"] = self.narrow(instance) if self.narrow else ""
        return context


class MomentColumn(Column):
    """``accessor`` gives a datetime, or None."""

    cell_template_name = "backoffice/tables/moment_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "at": context["value"], "value": moment(context["value"])}


class StepColumn(Column):
    """A button of the row. ``accessor`` gives the address to POST to, or blank; ``confirm`` a question to ask first."""

    cell_template_name = "backoffice/tables/step_cell.html"

    def __init__(self, name: str, *, button: Any, confirm: Any = "", **kwargs: Any) -> None:
        super().__init__(name, label="", classname="stoa-step-cell", **kwargs)
        self.button, self.confirm = button, confirm

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        own = {"button": self.button, "confirm": self.confirm, "csrf_token": parent_context.get("csrf_token")}
        return {**context, **own}


class ThumbnailColumn(Column):
    """``accessor`` gives the address of a small picture, or blank."""

    cell_template_name = "backoffice/tables/thumbnail_cell.html"

    def __init__(self, name: str = "thumbnail", **kwargs: Any) -> None:
        super().__init__(name, label="", classname="stoa-thumbnail", **kwargs)
