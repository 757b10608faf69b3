from __future__ import annotations

from typing import Any

from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.audit.models import AuditEntry
from stoa.kernel.prepared import insert


def record(actor: Actor, verb: str, subject_type: str, subject_id: object, **facts: Any) -> None:
    """Note in the caller's transaction that ``actor`` did ``verb`` ("order.cancelled") to a thing.

    ``facts`` are JSON values; no secrets, and no personal data that the thing itself does not hold.
    """
    insert(
        AuditEntry(
            at=clock.now(),
            actor_kind=actor.kind,
            actor_ref=actor.ref[:80],
            actor_label=actor.label[:200],
            verb=verb,
            subject_type=subject_type,
            subject_id=str(subject_id)[:80],
            facts=facts,
        )
    )
