"""Sweeps out what nobody will ask for again."""

from __future__ import annotations

from datetime import timedelta

from stoa.kernel import clock
from stoa.kernel.idempotency.models import IdempotencyRecord
from stoa.kernel.jobs.models import JobRun
from stoa.kernel.pagecache.models import CachePurge

KEEP_JOBS = timedelta(days=7)
KEEP_PERIODIC_JOBS = timedelta(hours=6)
KEEP_REPLIES = timedelta(days=30)
KEEP_PURGES = timedelta(hours=2)
# A CDN that could not be told for so long has let go of its pages by itself.
KEEP_UNTOLD_PURGES = timedelta(days=2)


def sweep_out() -> None:
    """Delete finished jobs, old idempotency replies and purges that every process has long seen."""
    now = clock.now()
    done = JobRun.objects.filter(state=JobRun.State.DONE)
    done.filter(finished_at__lt=now - KEEP_JOBS).delete()
    done.filter(task="stoa.kernel.jobs.periodic.run_periodic", finished_at__lt=now - KEEP_PERIODIC_JOBS).delete()
    IdempotencyRecord.objects.filter(created_at__lt=now - KEEP_REPLIES).delete()
    CachePurge.objects.filter(at__lt=now - KEEP_PURGES, is_for_cdn=False).delete()
    CachePurge.objects.filter(at__lt=now - KEEP_UNTOLD_PURGES).delete()


def verify_books_nightly() -> None:
    """Ask the books every night; what does not hold is an error in the log, and a failed job for the back office."""
    from stoa.kernel.books import verify

    report = verify()
    if not report.is_clean:
        names = ", ".join(sorted({finding.check for finding in report.findings}))
        raise BooksError(f"{len(report.findings)} findings in the books: {names}")


class BooksError(Exception):
    """The books do not balance."""
