from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from stoa.kernel.models import AuditEntry, Delivery, JobRun
from stoa.operations.models import MailMessage, PaymentEvent


def _state(choices: Any) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(label=_("State"), choices=choices, widget=forms.CheckboxSelectMultiple)


class DeliveryFilters(WagtailFilterSet):
    state = _state(Delivery.State.choices)

    class Meta:
        model = Delivery
        fields: list[str] = []


class JobFilters(WagtailFilterSet):
    state = _state(JobRun.State.choices)

    class Meta:
        model = JobRun
        fields: list[str] = []


class MailFilters(WagtailFilterSet):
    state = _state(MailMessage.State.choices)
    created_at = django_filters.DateFromToRangeFilter(label=_("Written"), widget=DateRangePickerWidget)

    class Meta:
        model = MailMessage
        fields: list[str] = []


class AuditFilters(WagtailFilterSet):
    at = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)
    actor_kind = django_filters.MultipleChoiceFilter(
        label=_("Who"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("staff", _("staff")),
            ("customer", _("customer")),
            ("guest", _("guest")),
            ("provider", _("payment provider")),
            ("system", _("Stoa")),
        ],
    )

    class Meta:
        model = AuditEntry
        fields: list[str] = []


class PaymentEventFilters(WagtailFilterSet):
    waiting = django_filters.ChoiceFilter(
        label=_("Waiting"),
        choices=[("true", _("to check"))],
        method="by_waiting",
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )
    outcome = django_filters.MultipleChoiceFilter(
        label=_("Outcome"), choices=PaymentEvent.Outcome.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = PaymentEvent
        fields: list[str] = []

    def by_waiting(self, events: QuerySet, name: str, value: Any) -> QuerySet:
        return events.filter(outcome__in=["mismatch", "refused"], checked_at__isnull=True)
