"""What waits for somebody today: one section a kind of work, each with its count, its money and its first rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stoa.backoffice.columns import shown
from stoa.backoffice.guard import Right, may
from stoa.backoffice.orders import selections, tones
from stoa.backoffice.publishing.subjects import ANY, RIGHTS, check_url
from stoa.catalogue.markets.queries import all_markets, default_market
from stoa.catalogue.promotions.queries import promotions
from stoa.inventory.stock import queries as stock
from stoa.kernel.jobs.models import JobRun
from stoa.kernel.money import Money
from stoa.kernel.outbox.models import Delivery
from stoa.marketing.phone.queries import withheld, words_for
from stoa.operations.documents.queries import failures
from stoa.operations.downloads.queries import asked
from stoa.operations.models import MailMessage, Order, Refund
from stoa.operations.orders.tax_review import to_review
from stoa.operations.payments.queries import events_to_check, refunds_to_check
from stoa.operations.promotions.queries import running_below_floor

ROWS = 5
# Of so many promotions, so many articles each, those with the least margin, are looked at.
MOST_PROMOTIONS, MOST_ARTICLES = 20, 50


@dataclass(frozen=True, slots=True)
class Step:
    """A button of a row: POSTs to ``url``."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    url: str
    detail: str = ""
    amount: str = ""
    tag: str = ""
    tone: str = ""
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str | Promise
    icon: str
    count: int
    url: str
    button: str | Promise
    money: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    is_bad: bool = False


def last_line(text: str) -> str:
    """The line of a traceback that says what was wrong."""
    lines = text.strip().splitlines()
    return lines[-1][:160] if lines else ""


def sections_for(user: Any) -> list[Section]:
    """The sections that have something and that ``user`` may see, the most pressing first."""
    found = (build(user) for right, build in SECTIONS if may(user, right))
    return [section for section in found if section.count]


def _orders(
    key: str, title: str, icon: str, orders: QuerySet[Order], button: str, step: tuple[str, str, Right], user: Any
) -> Section:
    sums = list(
        orders.order_by().values("currency").annotate(n=Count("pk"), total=Sum("total_minor")).order_by("currency")
    )
    label, url_name, right = step
    can = may(user, right)
    return Section(
        key=key,
        title=title,
        icon=icon,
        count=sum(row["n"] for row in sums),
        url=f"{reverse('backoffice:orders')}?todo={key}",
        button=button,
        money=[shown(Money(row["total"], row["currency"])) for row in sums],
        rows=[
            Row(
                title=f"#{order.number}",
                url=reverse("backoffice:order", args=[order.pk]),
                detail=order.name or order.email,
                amount=shown(Money(order.total_minor, order.currency)),
                step=Step(label, reverse(url_name, args=[order.pk])) if can and url_name else None,
            )
            for order in orders.order_by("placed_at", "pk")[:ROWS]
        ],
    )


def _to_ship(user: Any) -> Section:
    step = (_("Mark as shipped"), "backoffice:order_ship", "operations.ship_order")
    return _orders(
        "ship", _("Orders to ship"), "clipboard-list", selections.to_ship(), _("All orders to ship"), step, user
    )


def _transfers(user: Any) -> Section:
    step = (_("Payment received"), "backoffice:order_receive", "operations.receive_payment")
    orders = selections.transfers_awaited()
    return _orders("transfer", _("Bank transfers awaited"), "time", orders, _("All awaited transfers"), step, user)


def _to_give_back(user: Any) -> Section:
    orders = selections.to_give_back()
    return _orders("give_back", _("Money to give back"), "rotate", orders, _("All of them"), ("", "", ()), user)


def _tax(user: Any) -> Section:
    step = (_("Tax looked at"), "backoffice:order_tax_review", "operations.refund_order")
    return _orders("tax", _("Tax to review"), "decimal", to_review(), _("All of them"), step, user)


def _payments(user: Any) -> Section:
    wrong = events_to_check()
    can = may(user, "operations.check_paymentevent")
    return Section(
        key="payments",
        title=_("Payments to check"),
        icon="warning",
        count=wrong.count(),
        is_bad=True,
        url=f"{reverse('backoffice:payment_events')}?waiting=true",
        button=_("All messages of providers"),
        rows=[
            Row(
                title=_("%(provider)s: %(what)s") % {"provider": event.provider, "what": event.get_outcome_display()},
                url=reverse("backoffice:order", args=[event.payment.order_id])
                if event.payment
                else reverse("backoffice:payment_events"),
                detail=event.message,
                tag=event.kind,
                tone=tones.EVENT.get(event.outcome, ""),
                amount=shown(Money(event.payment.amount_minor, event.payment.currency)) if event.payment else "",
                step=Step(_("Tick off"), reverse("backoffice:payment_event_check", args=[event.pk])) if can else None,
            )
            for event in wrong[:ROWS]
        ],
    )


def _refunds(user: Any) -> Section:
    later = Refund.objects.filter(payment=OuterRef("payment"), pk__gt=OuterRef("pk")).exclude(
        status=Refund.Status.FAILED
    )
    failed = refunds_to_check().exclude(Exists(later))
    sums = failed.select_related(None).order_by().values("payment__currency").annotate(total=Sum("amount_minor"))
    return Section(
        key="refunds",
        title=_("Refunds that failed"),
        icon="rotate",
        count=failed.count(),
        is_bad=True,
        url=f"{reverse('backoffice:orders')}?todo=give_back",
        button=_("All of them"),
        money=[shown(Money(row["total"], row["payment__currency"])) for row in sums],
        rows=[
            Row(
                title=f"#{refund.payment.order.number}",
                url=reverse("backoffice:order", args=[refund.payment.order_id]),
                detail=refund.error,
                amount=shown(Money(refund.amount_minor, refund.payment.currency)),
            )
            for refund in failed[:ROWS]
        ],
    )


def _documents(user: Any) -> Section:
    failed = failures()
    return Section(
        key="documents",
        title=_("Documents that could not be made"),
        icon="doc-full",
        count=failed.count(),
        is_bad=True,
        url=reverse("backoffice:documents"),
        button=_("All invoices"),
        rows=[
            Row(
                title=f"#{failure.order.number}",
                url=reverse("backoffice:order", args=[failure.order_id]) + "#documents",
                detail=failure.reason,
                tag=failure.get_kind_display(),
                step=Step(
                    _("Try again"), reverse("backoffice:order_document_retry", args=[failure.order_id, failure.pk])
                ),
            )
            for failure in failed[:ROWS]
        ],
    )


def _downloads(user: Any) -> Section:
    waiting = asked()
    return Section(
        key="downloads",
        title=_("Fresh download links asked for"),
        icon="download",
        count=waiting.count(),
        url=f"{reverse('backoffice:orders')}?todo=downloads",
        button=_("All of these orders"),
        rows=[
            Row(
                title=f"#{row.line.order.number}",
                url=reverse("backoffice:order", args=[row.line.order_id]) + "#downloads",
                detail=f"{row.line.order.email} · {row.file.name}",
                step=Step(
                    _("Send a fresh link"), reverse("backoffice:order_file_answer", args=[row.line.order_id, row.pk])
                ),
            )
            for row in waiting[:ROWS]
        ],
    )


def _low_stock(user: Any) -> Section:
    low = stock.low_stock(default_market().low_stock_threshold)
    return Section(
        key="stock",
        title=_("Low or sold out"),
        icon="table",
        count=low.count(),
        url=reverse("backoffice:levels") + "?state=low_or_out",
        button=_("All low stock"),
        rows=[
            Row(
                title=row["product_title"],
                url=reverse("backoffice:levels") + f"?q={row['sku']}",
                detail=" · ".join(part for part in (row["variant_title"], row["sku"]) if part),
                tag=_("sold out") if row["available"] <= 0 else _("%d left") % row["available"],
                tone="bad" if row["available"] <= 0 else "wait",
            )
            for row in low[:ROWS]
        ],
    )


def _mails(user: Any) -> Section:
    failed = MailMessage.objects.filter(state=MailMessage.State.FAILED)
    can = may(user, "operations.resend_mailmessage")
    return Section(
        key="mails",
        title=_("Mails that did not go out"),
        icon="mail",
        count=failed.count(),
        is_bad=True,
        url=f"{reverse('backoffice:mails')}?state=failed",
        button=_("All failed mails"),
        rows=[
            Row(
                title=mail.subject,
                url=reverse("backoffice:mail", args=[mail.pk]),
                detail=mail.recipient,
                step=Step(_("Send again"), reverse("backoffice:mail_resend", args=[mail.pk]))
                if can and not mail.is_secret
                else None,
            )
            for mail in failed.order_by("-created_at")[:ROWS]
        ],
    )


def _deliveries(user: Any) -> Section:
    failed = Delivery.objects.filter(state=Delivery.State.FAILED)
    can = may(user, "kernel.replay_delivery")
    return Section(
        key="events",
        title=_("Events that were not handled"),
        icon="resubmit",
        count=failed.count(),
        is_bad=True,
        url=f"{reverse('backoffice:deliveries')}?state=failed",
        button=_("All failed deliveries"),
        rows=[
            Row(
                title=delivery.event.name,
                url=reverse("backoffice:deliveries") + "?state=failed",
                detail=last_line(delivery.error),
                tag=delivery.handler,
                step=Step(_("Deliver again"), reverse("backoffice:delivery_replay", args=[delivery.pk]))
                if can
                else None,
            )
            for delivery in failed.select_related("event").order_by("-pk")[:ROWS]
        ],
    )


def _jobs(user: Any) -> Section:
    failed = JobRun.objects.filter(state=JobRun.State.FAILED)
    return Section(
        key="jobs",
        title=_("Jobs that failed"),
        icon="tasks",
        count=failed.count(),
        is_bad=True,
        url=f"{reverse('backoffice:jobs')}?state=failed",
        button=_("All failed jobs"),
        rows=[
            Row(title=job.task, url=reverse("backoffice:jobs") + "?state=failed", detail=last_line(job.error))
            for job in failed.order_by("-enqueued_at")[:ROWS]
        ],
    )


def _withheld(user: Any) -> Section:
    rows = withheld([kind for kind, right in RIGHTS.items() if may(user, right)])
    return Section(
        key="withheld",
        title=_("Scheduled, and not published"),
        icon="calendar-alt",
        count=len(rows),
        is_bad=True,
        url=check_url(rows[0].kind, rows[0].subject_id) if rows else "",
        button=_("What there is to mend"),
        rows=[
            Row(
                title=row.title,
                url=check_url(row.kind, row.subject_id),
                detail=" · ".join(dict.fromkeys(words_for(each["code"])[0] for each in row.findings)),
                tag=row.get_kind_display(),
                tone="wait",
                step=Step(_("Publish now"), reverse("backoffice:publish_now", args=[row.kind, row.subject_id])),
            )
            for row in rows[:ROWS]
        ],
    )


def _promotions(user: Any) -> Section:
    running = promotions().filter(is_active=True).order_by("-pk")[:MOST_PROMOTIONS]
    found = running_below_floor(running, all_markets(), most=MOST_ARTICLES)
    return Section(
        key="promotions",
        title=_("Promotions below the margin floor"),
        icon="tag",
        count=len(found),
        is_bad=True,
        url=reverse("backoffice:promotions"),
        button=_("All promotions"),
        rows=[
            Row(
                title=row.name,
                url=reverse("backoffice:promotion", args=[row.pk]),
                detail=ngettext("%(n)d article", "%(n)d articles", count) % {"n": count},
            )
            for row, count in found[:ROWS]
        ],
    )


SECTIONS: tuple[tuple[Right, Callable[[Any], Section]], ...] = (
    ("operations.check_paymentevent", _payments),
    ("operations.refund_order", _refunds),
    ("operations.refund_order", _tax),
    ("operations.issue_document", _documents),
    ("operations.view_order", _to_ship),
    ("operations.receive_payment", _transfers),
    ("operations.refund_order", _to_give_back),
    ("operations.cancel_order", _downloads),
    (ANY, _withheld),
    ("catalogue.change_promotion", _promotions),
    ("inventory.view_stocklevel", _low_stock),
    ("operations.view_mailmessage", _mails),
    ("kernel.view_delivery", _deliveries),
    ("kernel.view_jobrun", _jobs),
)
