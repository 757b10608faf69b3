from stoa.kernel.audit.models import AuditEntry
from stoa.kernel.idempotency.models import IdempotencyRecord
from stoa.kernel.jobs.models import JobRun, PeriodicRun
from stoa.kernel.outbox.models import Delivery, OutboxEvent
from stoa.kernel.pagecache.models import CachePurge, PageCacheDay
from stoa.kernel.sequences.models import Sequence

__all__ = [
    "AuditEntry",
    "CachePurge",
    "Delivery",
    "IdempotencyRecord",
    "JobRun",
    "OutboxEvent",
    "PageCacheDay",
    "PeriodicRun",
    "Sequence",
]
