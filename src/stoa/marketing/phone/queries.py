from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wagtail.models import Revision

from stoa.marketing.phone.checking import check
from stoa.marketing.phone.models import WithheldPublish
from stoa.marketing.phone.wording import WORDS

if TYPE_CHECKING:
    from stoa.marketing.phone.rules import Verdict


def withheld(kinds: list[str]) -> list[WithheldPublish]:
    """Scheduled versions that wait for somebody, the longest-waiting first.

    What has been published another way since, or is gone, waits no more.
    """
    rows = list(WithheldPublish.objects.filter(kind__in=kinds).order_by("withheld_at", "pk"))
    revisions: dict[Any, Revision] = Revision.objects.in_bulk([row.revision_id for row in rows])
    waiting = []
    for row in rows:
        revision = revisions.get(row.revision_id)
        subject = revision.content_object if revision is not None else None
        if subject is not None and subject.has_unpublished_changes:
            waiting.append(row)
    return waiting


def verdict_on(revision: Revision) -> Verdict:
    """What the check says of a version now. The page is made for it, so this takes as long as showing it."""
    return check(revision.as_object())


def words_for(code: str) -> tuple[str, str]:
    """A finding in the words of those who write pages: what is wrong, and what to do."""
    what, what_to_do = WORDS[code]
    return str(what), str(what_to_do)
