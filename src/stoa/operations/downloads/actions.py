"""Giving buyers their files, counting what they download, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from stoa.catalogue.files import queries as files
from stoa.catalogue.files.errors import FileMissingError
from stoa.kernel import clock, ids
from stoa.kernel.actors import GUEST
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.prepared import Prepared, Slot
from stoa.operations.downloads import queries, rules
from stoa.operations.downloads.errors import (
    DownloadGoneError,
    DownloadOpenError,
    ExtensionOutOfRangeError,
    Gone,
    OrderNotPaidError,
)
from stoa.operations.downloads.models import DownloadGrant
from stoa.operations.orders.models import Order, OrderLine, OrderLineComponent

if TYPE_CHECKING:
    from django.core.files import File

    from stoa.catalogue.files.models import DigitalFile
    from stoa.kernel.actors import Actor

# Who has paid, and has not got all of it back.
PAID = (Order.PaymentStatus.PAID, Order.PaymentStatus.PARTIALLY_REFUNDED)
MAX_DAYS, MAX_DOWNLOADS = 3650, 1000


@transaction.atomic
def grant(order_id: int, *, actor: Actor) -> int:
    """Give the buyer of a paid order every file of what is in it, bundles included; how many files the order has now.

    Idempotent: each line has each file once, and what it has stays as it is. Several units of a line may be downloaded
    several times as often. Raises OrderNotPaidError.
    """
    wanted = _files_by_line(order_id)
    if not wanted:
        return 0
    order = Order.objects.select_related("market").filter(pk=order_id, payment_status__in=PAID).first()
    if order is None or order.status == Order.Status.CANCELLED:
        raise OrderNotPaidError
    now = clock.now()
    terms = files.terms({file.product_id for _, file in wanted}, order.market)
    lines = dict(OrderLine.objects.filter(order_id=order_id).values_list("pk", "quantity"))
    fresh = []
    for line_id, file in wanted:
        own, nonce = terms[file.product_id], rules.new_nonce()
        fresh.append(
            DownloadGrant(
                line_id=line_id, file_id=file.id, nonce=nonce, token_hash=_hash(nonce), granted_at=now,
                expires_at=now + timedelta(days=own.days) if own.days else None,
                limit=own.downloads * lines[line_id],
            )
        )  # fmt: skip
    before = DownloadGrant.objects.filter(line__order_id=order_id).count()
    DownloadGrant.objects.bulk_create(fresh, ignore_conflicts=True)
    there = DownloadGrant.objects.filter(line__order_id=order_id).count()
    if there > before:
        record(actor, "download.granted", "order", order.number, files=there - before)
    return there


@transaction.atomic
def revoke_all(order_id: int, *, reason: str, actor: Actor) -> int:
    """Shut every link of an order: it was cancelled, or its money went back. How many were open."""
    open_ = DownloadGrant.objects.filter(line__order_id=order_id, revoked_at__isnull=True)
    shut = DownloadGrant.objects.filter(pk__in=list(open_.values_list("pk", flat=True))).update(
        revoked_at=clock.now(), revoke_reason=reason[:200], asked_at=None
    )
    if shut:
        number = Order.objects.values_list("number", flat=True).get(pk=order_id)
        record(actor, "download.revoked", "order", number, files=shut, reason=reason)
    return shut


@transaction.atomic
def revoke(grant_id: int, *, actor: Actor, reason: str = "") -> DownloadGrant:
    """Shut one link. Nothing happens where it is shut already. Raises NotFoundError."""
    found = _locked(grant_id)
    if found.revoked_at is None:
        found.revoked_at, found.revoke_reason, found.asked_at = clock.now(), reason.strip()[:200], None
        found.save(update_fields=["revoked_at", "revoke_reason", "asked_at"])
        _record(actor, "download.revoked", found, reason=found.revoke_reason)
    return found


@transaction.atomic
def renew(grant_id: int, *, actor: Actor) -> DownloadGrant:
    """A fresh link with the terms of a new sale; the old one opens nothing any more.

    Raises NotFoundError, and OrderNotPaidError where the order is cancelled or its money has gone back.
    """
    found = _locked(grant_id)
    _check_paid(found)
    own = files.terms([found.file.product_id], found.line.order.market)[found.file.product_id]
    now = clock.now()
    found.nonce = rules.new_nonce()
    found.token_hash = _hash(found.nonce)
    found.used, found.limit = 0, own.downloads * max(1, found.line.quantity)
    found.expires_at = now + timedelta(days=own.days) if own.days else None
    found.granted_at, found.revoked_at, found.revoke_reason = now, None, ""
    found.resumable_until, found.resumable_by, found.asked_at = None, "", None
    found.save()
    _record(actor, "download.renewed", found)
    return found


@transaction.atomic
def ask(order_id: int, grant_id: int, *, actor: Actor) -> bool:
    """The buyer asks for a fresh link in the place of one that has run out. Whether this is news: one question waits at a
    time. Raises NotFoundError, DownloadGoneError for a link that was closed, DownloadOpenError for one that opens still."""
    found = _locked(grant_id)
    if found.line.order_id != order_id:
        raise NotFoundError
    if found.revoked_at is not None:
        raise _gone(found, Gone.REVOKED)
    if queries.shown(found).path:
        raise DownloadOpenError
    _check_paid(found)
    if found.asked_at is not None:
        return False
    found.asked_at = clock.now()
    found.save(update_fields=["asked_at"])
    _record(actor, "download.asked", found)
    return True


@transaction.atomic
def send_links(order_id: int, *, actor: Actor) -> None:
    """Write the buyer a mail with the links that open something. Raises NotFoundError, OrderNotPaidError (none does)."""
    from stoa.operations.notifications.actions import queue_mail  # mails read this package

    order = Order.objects.select_related("market").filter(pk=order_id).first()
    if order is None:
        raise NotFoundError
    if not any(file.path for file in queries.downloads_of_orders([order_id]).get(order_id, ())):
        raise OrderNotPaidError
    queue_mail("order_files", f"files:{ids.new_uuid()}", order.email, {}, order=order)
    record(actor, "download.links_sent", "order", order.number)


@transaction.atomic
def extend(grant_id: int, *, days: int = 0, downloads: int = 0, actor: Actor) -> DownloadGrant:
    """More days (from now, where the time is over) and more downloads on the same link.

    Raises NotFoundError, OrderNotPaidError, ExtensionOutOfRangeError.
    """
    if not (0 <= days <= MAX_DAYS and 0 <= downloads <= MAX_DOWNLOADS and (days or downloads)):
        raise ExtensionOutOfRangeError
    found = _locked(grant_id)
    _check_paid(found)
    if days and found.expires_at is not None:
        found.expires_at = max(found.expires_at, clock.now()) + timedelta(days=days)
    if downloads and found.limit:
        found.limit += downloads
    found.asked_at = None
    found.save(update_fields=["expires_at", "limit", "asked_at"])
    _record(actor, "download.extended", found, days=days, downloads=downloads)
    return found


@dataclass(frozen=True, slots=True)
class Delivery:
    """``opened`` is at its first byte; whoever has the delivery closes it."""

    file: DigitalFile
    opened: File[Any]


def fetch(token: str, *, client: str, first_byte: int = 0, counts: bool = True) -> Delivery:
    """Open the file of a link and count the download; ``counts`` False only looks (HEAD).

    A download that goes on from ``first_byte`` soon after, for the same ``client`` (a network address), is not counted
    again. Nothing is counted where the bytes cannot be read. Raises NotFoundError, DownloadGoneError.
    """
    found = queries.by_token(token)
    if found is None:
        raise NotFoundError
    _check_open(found, is_resumed := _is_resumed(found, client, first_byte))
    try:
        opened = files.open_file(found.file)
    except FileMissingError as error:
        raise _gone(found, Gone.MISSING) from error
    try:
        if counts and not is_resumed:
            _count(found, client)
    except BaseException:
        opened.close()
        raise
    return Delivery(found.file, opened)


@transaction.atomic
def _count(found: DownloadGrant, client: str) -> None:
    """One download more, unless the last one is gone by now: the UPDATE itself looks."""
    now = clock.now()
    open_ = Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    rows = DownloadGrant.objects.filter(open_, Q(limit=0) | Q(used__lt=F("limit")), pk=found.pk)
    if not rows.update(
        used=F("used") + 1, last_used_at=now, resumable_until=now + rules.RESUME_WINDOW,
        resumable_by=_mark(found, client),
    ):  # fmt: skip
        found.refresh_from_db()
        _check_open(found, is_resumed=False)
        raise _gone(found, Gone.USED_UP)
    _record(GUEST, "download.started", found, used=found.used + 1)


def _check_open(found: DownloadGrant, is_resumed: bool) -> None:
    if found.revoked_at is not None:
        raise _gone(found, Gone.REVOKED)
    if is_resumed:
        return
    if found.expires_at is not None and found.expires_at <= clock.now():
        raise _gone(found, Gone.EXPIRED)
    if found.limit and found.used >= found.limit:
        raise _gone(found, Gone.USED_UP)


def _is_resumed(found: DownloadGrant, client: str, first_byte: int) -> bool:
    is_soon = found.resumable_until is not None and clock.now() < found.resumable_until
    return is_soon and first_byte > 0 and ids.same(found.resumable_by, _mark(found, client))


def _mark(found: DownloadGrant, client: str) -> str:
    """Tells whether it is the same client, and not who it is."""
    return ids.hash_token(f"{found.nonce}:{client}")


def _gone(found: DownloadGrant, why: Gone) -> DownloadGoneError:
    return DownloadGoneError(why, number=found.line.order.number, name=found.file.name)


def _hash(nonce: str) -> str:
    return ids.hash_token(rules.token(nonce, settings.SECRET_KEY))


def _check_paid(found: DownloadGrant) -> None:
    order = found.line.order
    if order.payment_status not in PAID or order.status == Order.Status.CANCELLED:
        raise OrderNotPaidError


def _locked(grant_id: int) -> DownloadGrant:
    related = ("file", "line__order__market")
    rows = DownloadGrant.objects.select_for_update(of=("self",)).select_related(*related)
    found = rows.filter(pk=grant_id).first()
    if found is None:
        raise NotFoundError
    return found


def _record(actor: Actor, verb: str, found: DownloadGrant, **facts: Any) -> None:
    record(actor, verb, "order", found.line.order.number, file=found.file.name, **facts)


# (line, variant) of an order and of the parts of its bundles.
_LINES = Prepared(
    lambda: (
        OrderLine.objects.filter(order_id=Slot("order"), variant__isnull=False)
        .order_by("position", "id")
        .values_list("pk", "variant_id")
    )
)
_PARTS = Prepared(
    lambda: (
        OrderLineComponent.objects.filter(line__order_id=Slot("order"), variant__isnull=False)
        .order_by("line__position", "position")
        .values_list("line_id", "variant_id")
    )
)


def _files_by_line(order_id: int) -> list[tuple[int, files.FileFacts]]:
    """(line, file), each once, in the lines' order."""
    pairs = [*_LINES.all(order=order_id), *_PARTS.all(order=order_id)]
    by_variant = files.files_for(variant_id for _, variant_id in pairs)
    found = {(line_id, file.id): file for line_id, variant_id in pairs for file in by_variant.get(variant_id, ())}
    return [(line_id, file) for (line_id, _), file in found.items()]
