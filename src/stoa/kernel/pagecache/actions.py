from __future__ import annotations

from django.conf import settings
from django.db import transaction

from stoa.kernel import clock
from stoa.kernel.pagecache import purges
from stoa.kernel.pagecache.models import CachePurge
from stoa.kernel.prepared import insert_all


def purge(*tags: str) -> None:
    """Declare pages and process caches with any of these tags out of date, in the caller's transaction.

    Every process has let go of them within a second of the commit; this one at once.
    A CDN, where there is one, is told by the worker (``cdn``).
    """
    if not tags:
        return
    now, is_for_cdn = clock.now(), bool(settings.STOA_CDN_PURGE)
    insert_all(CachePurge(tag=tag, at=now, is_for_cdn=is_for_cdn) for tag in sorted(set(tags)))
    # At once for what this transaction itself reads next, and again when others' reads can no longer bring back the old.
    purges.forget(tags)
    transaction.on_commit(lambda: purges.forget(tags))
