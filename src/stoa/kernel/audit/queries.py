from __future__ import annotations

from django.db.models import QuerySet

from stoa.kernel.audit.models import AuditEntry


def trail_of(subject_type: str, subject_id: object) -> QuerySet[AuditEntry]:
    """Everything that was done to one thing, oldest first."""
    return AuditEntry.objects.filter(subject_type=subject_type, subject_id=str(subject_id)).order_by("id")
