"""A version that was not published: what the editor reads, and where it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin import messages

from stoa.backoffice.guard import actor_of
from stoa.backoffice.publishing.subjects import check_url, edit_url
from stoa.marketing.phone.actions import let_live
from stoa.marketing.phone.errors import PublishRefusedError
from stoa.marketing.phone.queries import words_for
from stoa.marketing.phone.rules import Found

MOST_SAID = 8


def tell(request: HttpRequest, refusal: PublishRefusedError) -> HttpResponse:
    """Back to the editor, with what there is to mend."""
    button = messages.button(check_url(refusal.kind, refusal.subject_id), _("All findings"))
    text = format_html("{}{}", refusal.message, listed(refusal.findings))
    messages.error(request, text, buttons=[button])
    return redirect(edit_url(refusal.kind, refusal.subject_id))


def listed(findings: Sequence[Found]) -> SafeString:
    rows = []
    for each in findings[:MOST_SAID]:
        what, what_to_do = words_for(each.code)
        rows.append((what, f" ({each.about})" if each.about else "", what_to_do))
    return format_html("<ul>{}</ul>", format_html_join("", "<li><strong>{}</strong>{}: {}</li>", rows))


def before_publish_page(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Wagtail asks this between saving a draft and publishing it."""
    revision = page.get_latest_revision()
    if revision is None or page._meta.app_label == "wagtailcore":
        return None
    try:
        let_live(revision, is_scheduled=False, actor=actor_of(request))
    except PublishRefusedError as refusal:
        return tell(request, refusal)
    return None
