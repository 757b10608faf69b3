"""What the check says of a draft, with the way to publish it all the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.guard import member_of, require, step
from stoa.backoffice.publishing.subjects import ANY, OVERRIDE, edit_url, newest_version, subject_of
from stoa.backoffice.screen import FormPage
from stoa.marketing.phone import actions
from stoa.marketing.phone.queries import verdict_on, words_for
from stoa.marketing.phone.rules import Found


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it should be published as it is"), max_length=actions.LONGEST_REASON,
        help_text=_("The reason is kept with your name."),
    )  # fmt: skip


class PublishCheck(FormPage):
    right = ANY
    form_class = ReasonForm
    template_name = "backoffice/publishing/check.html"
    header_icon = "mobile-alt"
    page_title = _("Check before publishing")
    submit_label = _("Publish all the same")
    success_message = _("It is published. The reason is kept.")

    @cached_property
    def subject(self) -> Any:
        return subject_of(self.request, self.kwargs["kind"], self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.subject)

    def perform(self, values: dict[str, Any]) -> None:
        subject = self.subject
        require(self.request, OVERRIDE)
        actions.publish_all_the_same(
            newest_version(subject), reason=values["reason"], actor=self.actor, user=member_of(self.request)
        )

    def get_success_url(self) -> str:
        return edit_url(self.kwargs["kind"], self.kwargs["pk"])

    get_cancel_url = get_success_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        verdict = verdict_on(newest_version(self.subject))
        return {
            **super().get_context_data(**kwargs),
            "verdict": verdict,
            "blocking": [_row(each) for each in verdict.blocking],
            "warnings": [_row(each) for each in verdict.warnings],
            "may_override": self.may(OVERRIDE),
            "edit_url": self.get_success_url(),
        }


def _row(found: Found) -> dict[str, Any]:
    what, what_to_do = words_for(found.code)
    return {"what": what, "what_to_do": what_to_do, "about": found.about, "detail": found.detail}


@step(ANY, to="stoa_today")
def publish_now(request: HttpRequest, kind: str, pk: int) -> str:
    """Try again what was withheld: what it was about may have been mended since."""
    subject = subject_of(request, kind, pk)
    revision = newest_version(subject)
    revision.publish(user=member_of(request), skip_permission_checks=True)
    return _t("%(title)s is published.") % {"title": subject}
