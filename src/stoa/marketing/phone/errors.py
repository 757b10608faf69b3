from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from stoa.kernel.errors import DomainError
from stoa.marketing.phone.rules import Found


class PublishRefusedError(DomainError):
    """The page would be worse on a phone than what is live. The draft is kept; ``findings`` say what to mend."""

    code = "publish_refused"

    def __init__(self, kind: str, subject_id: int, title: str, findings: Sequence[Found]) -> None:
        self.kind, self.subject_id, self.title, self.findings = kind, subject_id, title, tuple(findings)
        said = ngettext(
            "%(title)s is saved as a draft, and not published: there is %(count)d thing to mend first.",
            "%(title)s is saved as a draft, and not published: there are %(count)d things to mend first.",
            len(self.findings),
        )
        super().__init__(said % {"title": title, "count": len(self.findings)})


class ReasonNeededError(DomainError):
    code = "reason_needed"
    default_message = _("Say why it should be published as it is. The reason is kept.")
