"""A promotion tried on past orders: begun from its screen, watched while it runs, and what came of it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from stoa.backoffice.export import csv_response
from stoa.backoffice.guard import FormRefusedError, actor_of, cleaned, require
from stoa.backoffice.promotions.forms import TrialForm
from stoa.backoffice.promotions.screens import COST, EDIT, LIST, SCREEN, SEE
from stoa.backoffice.promotions.wording import percent
from stoa.backoffice.screen import Page
from stoa.catalogue.promotions.queries import promotion_by_id
from stoa.kernel.errors import DomainError, NotFoundError
from stoa.kernel.money import Money
from stoa.operations.promotions import actions, queries
from stoa.operations.promotions.queries import TrialView

SHOWN = 200


@require_POST
def begin(request: HttpRequest, promotion_id: int) -> HttpResponse:
    require(request, EDIT)
    try:
        values = cleaned(TrialForm(request.POST))
        trial = actions.begin_trial(
            promotion_id, _midnight(values["since"]), _midnight(values["until"] + timedelta(days=1)),
            actor=actor_of(request), country=values["country"],
        )  # fmt: skip
    except (FormRefusedError, DomainError) as refusal:
        messages.error(request, refusal.message)
        return redirect(SCREEN, promotion_id)
    return redirect("backoffice:promotion_trial", trial.pk)


begin.right = EDIT  # type: ignore[attr-defined]  # as a step has it, for the walk through all routes


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _trial(trial_id: int) -> TrialView:
    try:
        return queries.trial(trial_id)
    except NotFoundError as error:
        raise Http404 from error


class TrialScreen(Page):
    right = SEE
    template_name = "backoffice/promotions/trial.html"
    header_icon = "tasks"
    parents = ((_("Promotions"), LIST),)

    @cached_property
    def trial(self) -> TrialView:
        return _trial(self.kwargs["trial_id"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if not self.trial.is_done:
            # The page looks again by itself, without any script.
            response["Refresh"] = "2"
        return response

    def get_page_title(self) -> str:
        return _t("%(name)s, tried on past orders") % {"name": promotion_by_id(self.trial.promotion_id).name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        trial = self.trial
        sees_cost = self.may(COST)
        return {
            **super().get_context_data(**kwargs),
            "trial": trial,
            "promotion": promotion_by_id(trial.promotion_id),
            "given": Money(trial.given_minor, trial.currency),
            "share": percent(trial.given_minor * 10_000 // trial.revenue_minor) if trial.revenue_minor else "",
            "sees_cost": sees_cost,
            "named": trial.named[:SHOWN] if sees_cost else [],
        }


@require_safe
def download(request: HttpRequest, trial_id: int) -> StreamingHttpResponse:
    """The orders that would lose money, in minor units' own currency as amounts."""
    require(request, COST)
    require(request, SEE)
    trial = _trial(trial_id)

    def amount(minor: int) -> str:
        return str(Money(minor, trial.currency).decimal)

    rows = (
        (each.number, amount(each.given_minor), amount(each.before_minor), amount(each.after_minor))
        for each in trial.named
    )
    header = _t("Order"), _t("Given away"), _t("Margin before"), _t("Margin after")
    return csv_response("promotion-trial", header, rows)
