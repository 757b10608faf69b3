from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from wagtail.models import Page, Site

from stoa.kernel.audit.actions import record
from stoa.storefront.content.models import ContentPage
from stoa.storefront.content.paths import root_page

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor


@transaction.atomic
def save_page(
    slug: str, title: str, body: Sequence[dict[str, Any]], *, actor: Actor, intro: str = "", section: str = "help",
    seo_description: str = "", policy: str = "",
) -> ContentPage:  # fmt: skip
    """Write a content page at ``/<slug>/`` and publish it; one that is there already is written anew.

    ``body`` is a list of blocks: ``text_block(html)``, ``question_block(question, html)``, ``contact_block()``.
    """
    root = root_page()
    page = ContentPage.objects.child_of(root).filter(slug=slug).first()
    is_new = page is None
    page = page or ContentPage(slug=slug, show_in_menus=True)
    page.title, page.intro, page.section, page.policy = title, intro, section, policy
    page.search_description, page.body = seo_description or intro, list(body)
    if is_new:
        page.live = False
        root.add_child(instance=page)
    page.publish(page.save_revision(), is_checked=False)
    record(actor, "page.saved", "page", page.pk, slug=slug)
    return page


@transaction.atomic
def name_site(title: str) -> None:
    """Give the page above all content the shop's name, in place of the greeting that Wagtail begins with."""
    for site in Site.objects.filter(is_default_site=True).select_related("root_page"):
        Page.objects.filter(pk=site.root_page_id).update(title=title, draft_title=title)
        site.site_name = title
        site.save(update_fields=["site_name"])


def text_block(html: str) -> dict[str, Any]:
    return {"type": "text", "value": html}


def question_block(question: str, html: str) -> dict[str, Any]:
    return {"type": "question", "value": {"question": question, "answer": html}}


def contact_block() -> dict[str, Any]:
    return {"type": "contact", "value": None}
