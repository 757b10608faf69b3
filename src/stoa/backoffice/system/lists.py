"""The machinery, for those who look after it: events, jobs, mails, messages of payment providers, the audit trail."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from stoa.backoffice import timeline
from stoa.backoffice.columns import WIDE, MomentColumn, PillColumn, StepColumn, TwoLineColumn
from stoa.backoffice.guard import may
from stoa.backoffice.listing import Listing
from stoa.backoffice.moments import moment
from stoa.backoffice.orders import tones
from stoa.backoffice.system import filters
from stoa.backoffice.today.sections import last_line
from stoa.kernel.models import AuditEntry, Delivery, JobRun
from stoa.operations.models import MailMessage, PaymentEvent
from stoa.operations.notifications import queries as mails


class DeliveryList(Listing):
    model = Delivery
    right = "kernel.view_delivery"
    url_name = "deliveries"
    page_title = _("Events")
    header_icon = "resubmit"
    search_placeholder = _("Event or handler")
    default_ordering = "-id"
    filterset_class = filters.DeliveryFilters
    empty_message = _("Nothing has been announced yet.")

    def get_base_queryset(self) -> QuerySet:
        return Delivery.objects.select_related("event")

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(Q(event__name__icontains=text) | Q(handler__icontains=text))

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            TwoLineColumn(
                "event",
                label=_("Event"),
                accessor=lambda d: in_words(d.event.name),
                below=lambda d: f"{d.handler} · {d.event_id}",
            ),
            PillColumn(
                "state", label=_("State"), accessor="get_state_display", tone_of=lambda d: tones.WORK.get(d.state, "")
            ),
            Column("attempts", label=_("Tries"), classname=WIDE),
            Column("error", label=_("Error"), accessor=lambda d: last_line(d.error), classname=WIDE),
            MomentColumn("occurred", label=_("Happened"), accessor="event.occurred_at", classname=WIDE),
        ]
        if may(self.request.user, "kernel.replay_delivery"):
            columns.append(StepColumn("again", button=_("Deliver again"), accessor=_replay_url))
        return columns


def in_words(name: str) -> str:
    """``operations.OrderPaid`` and ``media.tasks.make_renditions`` as people would say them."""
    last = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.rpartition(".")[2])
    return capfirst(last.replace("_", " ").lower().removesuffix(" task"))


def _replay_url(delivery: Delivery) -> str:
    return reverse("backoffice:delivery_replay", args=[delivery.pk]) if delivery.state == Delivery.State.FAILED else ""


class JobList(Listing):
    model = JobRun
    right = "kernel.view_jobrun"
    url_name = "jobs"
    page_title = _("Jobs")
    header_icon = "tasks"
    search_placeholder = _("Task")
    default_ordering = "-enqueued_at"
    filterset_class = filters.JobFilters
    empty_message = _("No job has been asked for yet.")

    def get_base_queryset(self) -> QuerySet:
        return JobRun.objects.defer("result")

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(task__icontains=text)

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            TwoLineColumn("task", label=_("Task"), accessor=lambda job: in_words(job.task), below=lambda job: job.task),
            PillColumn(
                "state",
                label=_("State"),
                accessor="get_state_display",
                tone_of=lambda job: tones.WORK.get(job.state, ""),
            ),
            Column("attempts", label=_("Tries"), classname=WIDE),
            Column("error", label=_("Error"), accessor=lambda job: last_line(job.error), classname=WIDE),
            MomentColumn("enqueued_at", label=_("Asked for"), sort_key="enqueued_at", classname=WIDE),
        ]
        if may(self.request.user, "kernel.replay_delivery"):
            columns.append(StepColumn("again", button=_("Run again"), accessor=_retry_url))
        return columns


def _retry_url(job: JobRun) -> str:
    return reverse("backoffice:job_retry", args=[job.pk]) if job.state == JobRun.State.FAILED else ""


class MailList(Listing):
    model = MailMessage
    right = "operations.view_mailmessage"
    url_name = "mails"
    page_title = _("Mail log")
    header_icon = "mail"
    search_placeholder = _("Recipient or subject")
    default_ordering = "-created_at"
    filterset_class = filters.MailFilters
    empty_message = _("No mail has been written yet.")

    def get_base_queryset(self) -> QuerySet:
        # Account mails hold links that open accounts: their place is the mailbox of a shop under development.
        return mails.mailbox().filter(is_secret=False)

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(Q(recipient__icontains=text) | Q(subject__icontains=text))

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "subject",
                label=_("Mail"),
                below=lambda mail: mail.recipient,
                narrow=lambda mail: moment(mail.created_at),
                get_url=lambda mail: reverse("backoffice:mail", args=[mail.pk]),
            ),
            PillColumn(
                "state",
                label=_("State"),
                accessor="get_state_display",
                tone_of=lambda mail: tones.MAIL.get(mail.state, ""),
            ),
            Column("kind", label=_("Kind"), accessor=lambda mail: mail.kind.replace("_", " "), classname=WIDE),
            MomentColumn("created_at", label=_("Written"), sort_key="created_at", classname=WIDE),
        ]


class Mailbox(MailList):
    """Every mail of a shop under development, those with account links among them. Owners alone."""

    right = "customers.change_user"
    url_name = "mailbox"
    page_title = _("Mailbox")
    template_name = "backoffice/system/mailbox.html"

    def get_base_queryset(self) -> QuerySet:
        return mails.mailbox()


class PaymentEventList(Listing):
    model = PaymentEvent
    right = "operations.check_paymentevent"
    url_name = "payment_events"
    page_title = _("Messages of payment providers")
    header_icon = "key"
    search_placeholder = _("Order number, kind or message")
    default_ordering = "-received_at"
    filterset_class = filters.PaymentEventFilters
    empty_message = _("No provider has said anything yet.")

    def get_base_queryset(self) -> QuerySet:
        return PaymentEvent.objects.select_related("payment__order")

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(
            Q(payment__order__number__iexact=text) | Q(kind__icontains=text) | Q(message__icontains=text)
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "kind",
                label=_("Message"),
                accessor=lambda e: e.kind or e.channel,
                below=lambda e: e.message,
                narrow=_order_and_day,
                get_url=_event_order,
            ),
            PillColumn(
                "outcome",
                label=_("Outcome"),
                accessor="get_outcome_display",
                tone_of=lambda e: tones.EVENT.get(e.outcome, ""),
            ),
            Column(
                "order",
                label=_("Order"),
                accessor=lambda e: f"#{e.payment.order.number}" if e.payment else "",
                classname=WIDE,
            ),
            Column("checked_by", label=_("Ticked off by"), classname=WIDE),
            MomentColumn("received_at", label=_("Received"), sort_key="received_at", classname=WIDE),
            StepColumn("check", button=_("Tick off"), accessor=_check_url),
        ]


def _order_and_day(event: PaymentEvent) -> str:
    order = f"#{event.payment.order.number} · " if event.payment else ""
    return f"{order}{moment(event.received_at)}"


def _event_order(event: PaymentEvent) -> str | None:
    return reverse("backoffice:order", args=[event.payment.order_id]) if event.payment else None


def _check_url(event: PaymentEvent) -> str:
    is_open = event.outcome in {"mismatch", "refused"} and event.checked_at is None
    return reverse("backoffice:payment_event_check", args=[event.pk]) if is_open else ""


class AuditList(Listing):
    model = AuditEntry
    right = "kernel.view_auditentry"
    url_name = "audit"
    page_title = _("Audit trail")
    header_icon = "history"
    search_placeholder = _("Person, verb or number")
    default_ordering = "-id"
    filterset_class = filters.AuditFilters
    empty_message = _("Nothing recorded yet.")

    def get_base_queryset(self) -> QuerySet:
        return AuditEntry.objects.all()

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(Q(actor_label__icontains=text) | Q(verb__icontains=text) | Q(subject_id=text))

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "verb",
                label=_("What"),
                accessor=lambda e: timeline.title_of(e.verb),
                below=lambda e: timeline.details(e.facts),
                narrow=lambda e: f"{timeline.who(e)} · {moment(e.at)}",
            ),
            Column("subject", label=_("Of"), accessor=_subject),
            Column("who", label=_("Who"), accessor=timeline.who, classname=WIDE),
            MomentColumn("at", label=_("When"), classname=WIDE),
        ]


def _subject(entry: AuditEntry) -> object:
    """The thing, linked where it has a screen."""
    kind, number = entry.subject_type, entry.subject_id
    label = f"{kind.replace('_', ' ')} {number}"
    if kind == "order":
        return format_html('<a href="{}?q={}">#{}</a>', reverse("backoffice:orders"), number, number)
    names = {"customer": "backoffice:customer", "product": "backoffice:variants", "category": "backoffice:category"}
    try:
        return format_html('<a href="{}">{}</a>', reverse(names[kind], args=[int(number)]), label)
    except (KeyError, ValueError, NoReverseMatch):
        return label
