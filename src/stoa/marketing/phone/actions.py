"""The gate that every product and every content page goes through before it is live."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.marketing.phone.checking import check
from stoa.marketing.phone.errors import PublishRefusedError, ReasonNeededError
from stoa.marketing.phone.models import PublishOverride, WithheldPublish

if TYPE_CHECKING:
    from wagtail.models import Revision

    from stoa.marketing.phone.rules import Found

PRODUCT, PAGE = WithheldPublish.Kind.PRODUCT.value, WithheldPublish.Kind.PAGE.value
LONGEST_REASON = 300


def kind_of(subject: Any) -> str:
    return PRODUCT if subject._meta.label_lower == "catalogue.product" else PAGE


def let_live(revision: Revision, *, is_scheduled: bool, actor: Actor) -> bool:
    """Whether ``revision`` of a product or a content page may be published now.

    Raises PublishRefusedError where somebody waits for the answer. What was scheduled is withheld instead: it loses its
    date, stays a draft, and stands under Today; the answer is False then.
    """
    subject = revision.as_object()
    kind = kind_of(subject)
    verdict = check(subject)
    if verdict.is_unchecked:
        record(actor, "publishing.unchecked", kind, subject.pk, revision=revision.pk)
    if not verdict.blocking or _is_overridden(revision):
        WithheldPublish.objects.filter(kind=kind, subject_id=subject.pk).delete()
        return True
    if not is_scheduled:
        raise PublishRefusedError(kind, subject.pk, str(subject), verdict.blocking)
    _withhold(revision, kind, subject, verdict.blocking)
    return False


def let_product_live(revision: Revision, is_scheduled: bool, actor: Actor) -> bool:
    """``let_live`` as the catalogue, below, asks for it."""
    return let_live(revision, is_scheduled=is_scheduled, actor=actor)


@transaction.atomic
def publish_all_the_same(revision: Revision, *, reason: str, actor: Actor, user: Any) -> None:
    """Put a draft live with its findings. The reason is kept with the version and in the audit trail.

    A version with a date is published then, whatever is found. Raises ReasonNeededError, NotFoundError.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise ReasonNeededError
    subject = revision.as_object()
    if not type(subject)._default_manager.filter(pk=subject.pk).exists():
        raise NotFoundError
    found = check(subject).blocking
    PublishOverride.objects.update_or_create(
        revision_id=revision.pk,
        defaults={"digest": _digest(revision), "reason": reason, "by": actor.label[:200], "at": clock.now()},
    )
    record(
        actor, "publishing.overridden", kind_of(subject), subject.pk, revision=revision.pk, reason=reason,
        findings=[_said(each) for each in found[:50]],
    )  # fmt: skip
    revision.publish(user=user, skip_permission_checks=True)


@transaction.atomic
def _withhold(revision: Revision, kind: str, subject: Any, found: tuple[Found, ...]) -> None:
    type(revision)._default_manager.filter(pk=revision.pk).update(approved_go_live_at=None)
    WithheldPublish.objects.update_or_create(
        kind=kind,
        subject_id=subject.pk,
        defaults={
            "revision_id": revision.pk, "title": str(subject)[:255], "withheld_at": clock.now(),
            "findings": [_said(each) for each in found[:50]],
        },
    )  # fmt: skip
    record(
        SYSTEM,
        "publishing.withheld",
        kind,
        subject.pk,
        revision=revision.pk,
        findings=[_said(each) for each in found[:50]],
    )


def _said(found: Found) -> dict[str, str]:
    return {"code": found.code, "about": found.about, "detail": found.detail}


def _is_overridden(revision: Revision) -> bool:
    return PublishOverride.objects.filter(revision_id=revision.pk, digest=_digest(revision)).exists()


def _digest(revision: Revision) -> str:
    # Publishing gives a draft another address where its own is taken, and forgets its date: neither was looked at.
    content = {key: value for key, value in revision.content.items() if key not in ("slug", "go_live_at")}
    return hashlib.blake2b(
        json.dumps(content, sort_keys=True, cls=DjangoJSONEncoder).encode(), digest_size=16
    ).hexdigest()
