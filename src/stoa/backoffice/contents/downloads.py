"""What staff do to the downloads of an order. Each is a POST and one action."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from stoa.backoffice.guard import actor_of, cleaned, step
from stoa.operations.downloads import actions, queries

RIGHT = "operations.cancel_order"
DETAIL = "backoffice:order"


class ExtendForm(forms.Form):
    days = forms.IntegerField(label=_("Days"), min_value=0, max_value=actions.MAX_DAYS, required=False)
    downloads = forms.IntegerField(label=_("Downloads"), min_value=0, max_value=actions.MAX_DOWNLOADS, required=False)


@step(RIGHT, DETAIL)
def grant(request: HttpRequest, order_id: int) -> str:
    count = actions.grant(order_id, actor=actor_of(request))
    return ngettext("The order has %(count)d file.", "The order has %(count)d files.", count) % {"count": count}


@step(RIGHT, DETAIL)
def mail(request: HttpRequest, order_id: int) -> str:
    actions.send_links(order_id, actor=actor_of(request))
    return _t("The customer gets a mail with the links.")


@step(RIGHT, DETAIL)
def renew(request: HttpRequest, order_id: int, grant_id: int) -> str:
    _check(order_id, grant_id)
    actions.renew(grant_id, actor=actor_of(request))
    return _t("The file has a new link and counts from the beginning; the old link is dead.")


@step(RIGHT, DETAIL)
def answer(request: HttpRequest, order_id: int, grant_id: int) -> str:
    """What the buyer asked for: a fresh link, by mail."""
    _check(order_id, grant_id)
    actor = actor_of(request)
    actions.renew(grant_id, actor=actor)
    actions.send_links(order_id, actor=actor)
    return _t("The customer gets a mail with the fresh link; the old one is dead.")


@step(RIGHT, DETAIL)
def extend(request: HttpRequest, order_id: int, grant_id: int) -> str:
    _check(order_id, grant_id)
    values = cleaned(ExtendForm(request.POST))
    days, downloads = values["days"] or 0, values["downloads"] or 0
    actions.extend(grant_id, days=days, downloads=downloads, actor=actor_of(request))
    return _t("Extended. The link stays the same.")


@step(RIGHT, DETAIL)
def revoke(request: HttpRequest, order_id: int, grant_id: int) -> str:
    _check(order_id, grant_id)
    actions.revoke(grant_id, reason=request.POST.get("reason", "").replace("\x00", ""), actor=actor_of(request))
    return _t("The link opens nothing any more.")


def _check(order_id: int, grant_id: int) -> None:
    if queries.grant_of(order_id, grant_id) is None:
        raise Http404
