"""Reading what may be downloaded. Tokens are computed for those who may have them, and never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from stoa.catalogue.files import rules as file_rules
from stoa.kernel import clock, ids
from stoa.operations.downloads import rules
from stoa.operations.downloads.errors import Gone
from stoa.operations.downloads.models import DownloadGrant
from stoa.operations.orders.queries import order_path

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stoa.customers.identity.models import Customer

MAX_TOKEN = 64


@dataclass(frozen=True, slots=True)
class Download:
    """A file as its buyer sees it. ``path`` is the link, empty where it opens nothing; ``gone`` says why.

    ``left``: how many downloads are left, None where they are not counted. ``size`` in bytes.
    """

    id: int
    number: str
    title: str
    name: str
    label: str
    size: int
    version: int
    path: str
    gone: Gone | None
    used: int
    limit: int
    left: int | None
    expires_at: datetime | None
    last_used_at: datetime | None
    revoke_reason: str
    asked_at: datetime | None
    # Where its buyer asks for a fresh link; empty where there is nothing to ask for.
    ask_path: str


def by_token(token: str) -> DownloadGrant | None:
    """The grant that a link's token opens, whatever its state. Found by its hash: nothing is compared letter by letter."""
    if not token or len(token) > MAX_TOKEN or not token.isascii() or not token.isprintable():
        return None
    return _related().filter(token_hash=ids.hash_token(token)).first()


def downloads_of_orders(order_ids: Iterable[int]) -> dict[int, list[Download]]:
    """Order -> its files, in the order of its lines. One query. For those who have shown that the order is theirs."""
    rows = _related().filter(line__order_id__in=list(order_ids))
    found: dict[int, list[Download]] = {}
    for row in rows.order_by("line__order_id", "line__position", "file__position", "id"):
        found.setdefault(row.line.order_id, []).append(shown(row))
    return found


def downloads_of(customer: Customer) -> list[Download]:
    """All files that a customer has bought, the latest first. One query."""
    rows = _related().filter(line__order__customer_id=customer.pk)
    return [shown(row) for row in rows.order_by("-line__order__placed_at", "-line__order_id", "line__position", "id")]


def grant_of(order_id: int, grant_id: int) -> DownloadGrant | None:
    """A grant of this very order."""
    return _related().filter(line__order_id=order_id, pk=grant_id).first()


def asked() -> QuerySet[DownloadGrant]:
    """What buyers ask for and nobody has answered, who waits longest first."""
    return _related().filter(asked_at__isnull=False).order_by("asked_at", "pk")


def shown(row: DownloadGrant) -> Download:
    gone = _gone(row)
    link = path(row) if gone is None else ""
    return Download(
        id=row.pk,
        number=row.line.order.number,
        title=row.line.title,
        name=row.file.name,
        label=file_rules.label(row.file.name),
        size=row.file.size,
        version=row.file.version,
        path=link,
        gone=gone,
        used=row.used,
        limit=row.limit,
        left=max(0, row.limit - row.used) if row.limit else None,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoke_reason=row.revoke_reason,
        asked_at=row.asked_at,
        ask_path="" if link or gone is Gone.REVOKED else f"{order_path(row.line.order)}files/{row.pk}/ask/",
    )


def path(row: DownloadGrant) -> str:
    """The link. Empty where it was made with a secret key that this shop has forgotten: staff can renew it."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = rules.token(row.nonce, secret)
        if ids.same(ids.hash_token(token), row.token_hash):
            return f"/download/{token}/"
    return ""


def _gone(row: DownloadGrant) -> Gone | None:
    if row.revoked_at is not None:
        return Gone.REVOKED
    if row.expires_at is not None and row.expires_at <= clock.now():
        return Gone.EXPIRED
    if row.limit and row.used >= row.limit:
        return Gone.USED_UP
    return None


def _related() -> QuerySet[DownloadGrant]:
    return DownloadGrant.objects.select_related("file", "line__order")
