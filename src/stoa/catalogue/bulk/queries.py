"""Public reads of bulk edits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stoa.catalogue.bulk.models import BulkEdit, BulkEditRow
from stoa.catalogue.bulk.states import BUSY
from stoa.catalogue.categories.models import Category
from stoa.catalogue.types.models import ProductType
from stoa.catalogue.types.queries import attribute_views
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Progress:
    """``counts`` by state of the rows; ``done`` of ``total`` in the present step."""

    counts: dict[str, int]
    done: int
    total: int
    is_busy: bool

    @property
    def percent(self) -> int:
        return 100 if not self.total else self.done * 100 // self.total


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with its values in words."""

    id: int
    product_id: int | None
    label: str
    state: str
    state_label: str
    before: str
    after: str
    reason: str


def bulk_edit(edit_id: int) -> BulkEdit:
    """Raises NotFoundError."""
    edit = BulkEdit.objects.filter(pk=edit_id).first() if 0 < edit_id < 2**63 else None
    if edit is None:
        raise NotFoundError
    return edit


def bulk_edits() -> QuerySet[BulkEdit]:
    """The latest first, but for those that were discarded."""
    return BulkEdit.objects.exclude(state=BulkEdit.State.DISCARDED).defer("product_ids").order_by("-id")


def progress(edit: BulkEdit) -> Progress:
    states = BulkEditRow.State
    counts = dict(edit.rows.order_by().values_list("state").annotate(n=Count("pk")))
    of = {state: counts.get(state, 0) for state in states.values}
    match edit.state:
        case BulkEdit.State.PLANNING:
            done, total = edit.planned, len(edit.product_ids)
        case BulkEdit.State.UNDOING:
            done = of[states.UNDONE] + of[states.KEPT]
            total = done + of[states.APPLIED]
        case _:
            total = sum(of.values()) - of[states.SAME]
            done = total - of[states.PLANNED]
    return Progress(of, done, total, edit.state in BUSY)


def shown_rows(edit: BulkEdit, rows: Iterable[BulkEditRow]) -> list[ShownRow]:
    """Rows with their values as people say them. At most three queries."""
    say = _saying(edit)
    return [
        ShownRow(
            row.pk, row.product_id, row.label, row.state, row.get_state_display(), say(row.before),
            "" if row.state == BulkEditRow.State.REFUSED and row.after is None else say(row.after), row.reason,
        )
        for row in rows
    ]  # fmt: skip


def _saying(edit: BulkEdit) -> Any:
    operation = edit.operation
    if operation.startswith(("price_", "compare_at_")):
        return lambda value: _price(value, edit.options["currency"])
    if operation.startswith("category_"):
        names = dict(Category.objects.values_list("pk", "name"))
        return lambda value: ", ".join(names.get(pk, f"#{pk}") for pk in value or ()) or _("none")
    if operation.startswith("tag_"):
        return lambda value: ", ".join(value or ()) or _("none")
    if operation == "type_set":
        types = dict(ProductType.objects.values_list("pk", "name"))
        return lambda value: types.get(value, _("none"))
    if operation == "attribute_set":
        return _attribute(edit.options["attribute"])
    if operation in {"publish", "unpublish"}:
        return lambda value: _("live") if (value or {}).get("live") else _("not live")
    return lambda value: str(value or "") or _("none")


def _price(value: dict[str, Any] | None, currency: str) -> str:
    if value is None:
        return _("no price")
    locale = get_language() or "en"
    said = Money(value["amount"], currency).format(locale)
    if value["compare_at"] is None:
        return said
    above = Money(value["compare_at"], currency).format(locale)
    text = _("%(price)s (recommended %(above)s)") if value["rrp"] else _("%(price)s (before %(above)s)")
    return text % {"price": said, "above": above}


def _attribute(code: str) -> Any:
    view = next((one for one in attribute_views().values() if one.code == code), None)
    labels = {choice.code: choice.label for choice in view.choices} if view else {}
    unit = view.unit if view else ""

    def say(value: Any) -> str:
        if value is None:
            return _("none")
        if isinstance(value, list):
            return ", ".join(str(labels.get(one, one)) for one in value)
        if view is not None and view.kind == "yes_no":
            return _("Yes") if value == "yes" else _("No")
        text = labels.get(value, value)
        return f"{text}\u00a0{unit}" if unit and not text.endswith(tuple("abcdefghijklmnopqrstuvwxyz²³%")) else text

    return say
