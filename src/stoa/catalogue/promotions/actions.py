"""Making and changing promotions and their codes. Counting of uses is in ``counting``."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from stoa.catalogue.promotions import shelf
from stoa.catalogue.promotions.counting import give_back, take, take_again
from stoa.catalogue.promotions.errors import PromotionInvalidError
from stoa.catalogue.promotions.models import Promotion, PromotionCode
from stoa.catalogue.promotions.queries import normal
from stoa.catalogue.promotions.rules import KINDS, WHOLE
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

__all__ = [
    "PromotionData", "archive_promotion", "create_promotion", "give_back", "make_codes", "set_active", "switch_off_codes",
    "take", "take_again", "update_promotion",
]  # fmt: skip

# No letters and digits that are taken for one another: 12 of 31 are 59 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
MOST_CODES = 20_000
HIGHEST_MINOR = 10**12


@dataclass(frozen=True, slots=True)
class PromotionData:
    """``code``: the one word that brings it; "" for an automatic one, or where codes are made in batches."""

    name: str
    kind: str
    currency: str
    label: str = ""
    is_automatic: bool = True
    code: str = ""
    terms: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    market_id: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    group: str = ""
    priority: int = 0
    is_exclusive: bool = False
    limit_total: int | None = None
    limit_per_customer: int | None = None


@transaction.atomic
def create_promotion(data: PromotionData, *, actor: Actor) -> Promotion:
    """Raises PromotionInvalidError."""
    now = clock.now()
    row = Promotion(created_at=now, updated_at=now, **_checked(data))
    row.save()
    _write_code(row, data)
    record(actor, "promotion.created", "promotion", row.pk, name=row.name, terms=row.terms, conditions=row.conditions)
    purge("promotions")
    shelf.keep(row.pk)
    return row


@transaction.atomic
def update_promotion(promotion_id: int, data: PromotionData, *, actor: Actor) -> Promotion:
    """Carts have it anew from the next look at them. Raises PromotionInvalidError, NotFoundError."""
    row = _locked(promotion_id)
    before = {"terms": row.terms, "conditions": row.conditions}
    for name, value in _checked(data).items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    # Not the count of uses: orders go on meanwhile.
    row.save(update_fields=[*_checked(data), "updated_at"])
    _write_code(row, data)
    record(
        actor, "promotion.changed", "promotion", row.pk, name=row.name, before=before,
        after={"terms": row.terms, "conditions": row.conditions},
    )  # fmt: skip
    purge("promotions")
    shelf.keep(row.pk)
    return row


@transaction.atomic
def set_active(promotion_id: int, is_active: bool, *, actor: Actor) -> Promotion:
    row = _locked(promotion_id)
    if row.is_active != is_active:
        row.is_active, row.updated_at = is_active, clock.now()
        row.save(update_fields=["is_active", "updated_at"])
        record(actor, "promotion.resumed" if is_active else "promotion.paused", "promotion", row.pk, name=row.name)
        purge("promotions")
        shelf.keep(row.pk)
    return row


@transaction.atomic
def archive_promotion(promotion_id: int, *, actor: Actor) -> None:
    """It ends for good; the orders that had it still say so. Its codes are free for other promotions."""
    row = _locked(promotion_id)
    row.archived_at = row.updated_at = clock.now()
    row.is_active = False
    row.save(update_fields=["archived_at", "is_active", "updated_at"])
    row.codes.filter(used=0).delete()
    record(actor, "promotion.archived", "promotion", row.pk, name=row.name)
    purge("promotions")
    shelf.keep(row.pk)


@transaction.atomic
def make_codes(promotion_id: int, count: int, *, actor: Actor, prefix: str = "", batch: str = "") -> int:
    """So many new codes, each for one use. Raises PromotionInvalidError, NotFoundError."""
    row = _locked(promotion_id)
    prefix = normal(prefix)
    if row.is_automatic or not 1 <= count <= MOST_CODES or len(prefix) > 12:
        raise PromotionInvalidError(fields={"count": "invalid"})
    now = clock.now()
    words: set[str] = set()
    while len(words) < count:
        words.add(prefix + "".join(secrets.choice(ALPHABET) for _ in range(12)))
    PromotionCode.objects.bulk_create(
        [
            PromotionCode(promotion=row, code=word, limit=1, batch=batch.strip()[:80], created_at=now)
            for word in sorted(words)
        ],
        batch_size=500,
    )
    record(actor, "promotion.codes_made", "promotion", row.pk, count=count, batch=batch.strip()[:80])
    return count


@transaction.atomic
def switch_off_codes(promotion_id: int, *, actor: Actor, code: str | None = None, batch: str | None = None) -> int:
    """One code, or all of a batch, bring nothing from now on; what they brought stays. Returns how many that were.
    Raises NotFoundError."""
    row = _locked(promotion_id)
    chosen = row.codes.filter(code=code) if code is not None else row.codes.filter(batch=batch, limit__isnull=False)
    count = chosen.filter(Q(limit__isnull=True) | Q(limit__gt=F("used"))).update(limit=F("used"))
    if count:
        record(actor, "promotion.codes_off", "promotion", row.pk, count=count, code=code or "", batch=batch or "")
    return count


def _locked(promotion_id: int) -> Promotion:
    row = Promotion.objects.select_for_update().filter(pk=promotion_id, archived_at__isnull=True).first()
    if row is None:
        raise NotFoundError
    return row


def _checked(data: PromotionData) -> dict[str, Any]:
    wrong = problems(data)
    if wrong:
        raise PromotionInvalidError(fields=wrong)
    name = " ".join(data.name.split())
    return {
        "name": name,
        "label": " ".join(data.label.split())[:120] or name,
        "kind": data.kind,
        "currency": data.currency,
        "is_automatic": data.is_automatic,
        "terms": data.terms,
        "conditions": data.conditions,
        "market_id": data.market_id,
        "starts_at": data.starts_at,
        "ends_at": data.ends_at,
        "group": normal(data.group),
        "priority": data.priority,
        "is_exclusive": data.is_exclusive,
        "limit_total": data.limit_total,
        "limit_per_customer": data.limit_per_customer,
    }


def problems(data: PromotionData) -> dict[str, str]:
    """Field -> what is wrong with it."""
    wrong: dict[str, str] = {}
    given = data.terms
    if not data.name.strip():
        wrong["name"] = "missing"
    elif len(data.name) > 120:
        wrong["name"] = "too_long"
    if data.kind not in KINDS:
        return wrong | {"kind": "unknown"}
    percent, amount = given.get("percent_bp", 0), given.get("amount_minor", 0)
    if data.kind in {"percent", "buy_get"} and not 0 < percent <= WHOLE:
        wrong["percent"] = "invalid"
    if data.kind in {"amount", "amount_each", "bundle"} and not 0 < amount <= HIGHEST_MINOR:
        wrong["amount"] = "missing"
    if data.kind == "buy_get" and not (1 <= given.get("buy", 0) <= 999 and 1 <= given.get("get", 0) <= 999):
        wrong["buy"] = "missing"
    if data.kind in {"spend_tiers", "quantity_tiers"} and not _are_tiers(given.get("tiers", [])):
        wrong["tiers"] = "invalid"
    if data.kind == "bundle" and not given.get("bundle"):
        wrong["bundle"] = "missing"
    if data.starts_at and data.ends_at and data.ends_at <= data.starts_at:
        wrong["ends_at"] = "invalid"
    if not data.is_automatic and data.code and not normal(data.code):
        wrong["code"] = "invalid"
    for name in ("limit_total", "limit_per_customer"):
        limit = getattr(data, name)
        if limit is not None and not 0 < limit < 2**31:
            wrong[name] = "invalid"
    if len(data.group) > 40:
        wrong["group"] = "too_long"
    return wrong


def _are_tiers(tiers: list[Any]) -> bool:
    return 0 < len(tiers) <= 12 and all(start > 0 and 0 < percent <= WHOLE for start, percent in tiers)


def _write_code(row: Promotion, data: PromotionData) -> None:
    """The shared code, which has no limit of its own. An old one stays with the orders that had it, used up."""
    word = "" if data.is_automatic else normal(data.code)
    row.codes.filter(limit__isnull=True, used=0).exclude(code=word).delete()
    for old in row.codes.filter(limit__isnull=True).exclude(code=word):
        PromotionCode.objects.filter(pk=old.pk).update(limit=old.used)
    if not word:
        return
    own = row.codes.filter(code=word).first()
    if own is not None:
        PromotionCode.objects.filter(pk=own.pk).update(limit=None)
        return
    try:
        with transaction.atomic():
            PromotionCode.objects.create(promotion=row, code=word, created_at=clock.now())
    except IntegrityError as error:
        raise PromotionInvalidError(fields={"code": "taken"}) from error
