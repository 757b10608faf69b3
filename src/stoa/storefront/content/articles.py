"""Guides, comparisons, buying aids and journal posts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from stoa.catalogue.blocks.fields import BodyField
from stoa.storefront.content.base import ABOUT, WORDS, Article, ShopPage
from stoa.storefront.content.blocks import AID_BLOCKS, ARTICLE_BLOCKS, PICK_BLOCKS

ADVICE = ["storefront.GuidePage", "storefront.ComparisonPage", "storefront.BuyingAidPage", "storefront.FaqPage"]


class GuideIndexPage(ShopPage):
    """Where guides, comparisons and buying aids stand together."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "storefront/content/guides.html"
    subpage_types = ADVICE
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("guides")
        verbose_name_plural = _("guides")


class GuidePage(Article):
    """How to choose, use or care for something."""

    body = BodyField(ARTICLE_BLOCKS, blank=True, verbose_name=_("page"))

    template = "storefront/content/article.html"
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, *WORDS, FieldPanel("body"), ABOUT]

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")


class ComparisonPage(Article):
    """Several products side by side, with a verdict on each."""

    picks = BodyField(PICK_BLOCKS, blank=True, verbose_name=_("our picks"))
    body = BodyField(ARTICLE_BLOCKS, blank=True, verbose_name=_("page"))

    template = "storefront/content/comparison.html"
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, *WORDS, FieldPanel("picks"), FieldPanel("body"), ABOUT]

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")


class BuyingAidPage(Article):
    """A few questions that lead to the products which fit."""

    questions = BodyField(AID_BLOCKS, blank=True, verbose_name=_("questions"))
    body = BodyField(ARTICLE_BLOCKS, blank=True, verbose_name=_("text below"))

    template = "storefront/content/aid.html"
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, *WORDS, FieldPanel("questions"), FieldPanel("body"), ABOUT]

    class Meta:
        verbose_name = _("buying aid")
        verbose_name_plural = _("buying aids")


class JournalIndexPage(ShopPage):
    """The journal: its posts, the newest first, and its feed."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "storefront/content/journal.html"
    subpage_types = ["storefront.JournalPostPage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")


class JournalPostPage(Article):
    body = BodyField(ARTICLE_BLOCKS, blank=True, verbose_name=_("page"))

    template = "storefront/content/article.html"
    parent_page_types = ["storefront.JournalIndexPage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, *WORDS, FieldPanel("body"), ABOUT]

    class Meta:
        verbose_name = _("journal post")
        verbose_name_plural = _("journal posts")
