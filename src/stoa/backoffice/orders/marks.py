"""Holding an order, letting it go, and the tags on it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.backoffice.orders.forms import HoldForm, TagsForm
from stoa.backoffice.orders.steps import DETAIL
from stoa.operations.marks import actions as marks


@step("operations.annotate_order", DETAIL)
def hold(request: HttpRequest, order_id: int) -> str:
    marks.hold_order(order_id, cleaned(HoldForm(request.POST))["reason"], actor=actor_of(request))
    return _("Held. It cannot be shipped until somebody releases it.")


@step("operations.annotate_order", DETAIL)
def release(request: HttpRequest, order_id: int) -> str:
    marks.release_order(order_id, actor=actor_of(request))
    return _("Released.")


@step("operations.annotate_order", DETAIL)
def tag(request: HttpRequest, order_id: int) -> str:
    marks.tag_order(order_id, cleaned(TagsForm(request.POST))["tags"], actor=actor_of(request))
    return _("Tags kept.")
