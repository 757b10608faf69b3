from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from stoa.catalogue.blocks.fields import BodyField
from stoa.storefront.content.addresses import check_address
from stoa.storefront.content.articles import (
    BuyingAidPage,
    ComparisonPage,
    GuideIndexPage,
    GuidePage,
    JournalIndexPage,
    JournalPostPage,
)
from stoa.storefront.content.authors import Author
from stoa.storefront.content.base import TAG, ShopPage
from stoa.storefront.content.blocks import BODY_BLOCKS, FAQ_BLOCKS, SECTION_BLOCKS
from stoa.storefront.content.relations import PageCategory, PageProduct, PageTag, RelatedPage

__all__ = [
    "TAG", "Author", "BuyingAidPage", "ComparisonPage", "ContentPage", "FaqPage", "GuideIndexPage", "GuidePage", "HomePage",
    "JournalIndexPage", "JournalPostPage", "LandingPage", "PageCategory", "PageProduct", "PageTag", "RelatedPage",
]  # fmt: skip


class ContentPage(ShopPage):
    """A page of words: delivery, returns, privacy, contact. It stands at ``/<slug>/``."""

    class Section(models.TextChoices):
        HELP = "help", _("Help")
        LEGAL = "legal", _("Legal")

    class Policy(models.TextChoices):
        """What it lays down, so that other pages can lead to it by name."""

        DELIVERY = "delivery", _("Delivery")
        RETURNS = "returns", _("Returns and refunds")
        PRIVACY = "privacy", _("Privacy")
        TERMS = "terms", _("Terms and conditions")
        IMPRINT = "imprint", _("Imprint")
        CONTACT = "contact", _("Contact")

    section = models.CharField(_("section"), max_length=8, choices=Section, default=Section.HELP)
    policy = models.CharField(_("policy"), max_length=12, choices=Policy, blank=True)
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    body = BodyField(BODY_BLOCKS, blank=True, verbose_name=_("page"))

    kind = "article"
    template = "storefront/content/page.html"
    subpage_types: list[str] = []
    show_in_menus_default = True
    content_panels = [
        *Page.content_panels,
        FieldPanel("section"),
        FieldPanel(
            "policy",
            help_text=_("If it is one: product pages, the checkout and the audit find it by this. One page each."),
        ),
        FieldPanel("intro"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("policy or help page")
        verbose_name_plural = _("policy and help pages")

    def __str__(self) -> str:
        return str(self.title)


class FaqPage(ShopPage):
    """Questions and answers, each with an address of its own (``#...``), as FAQPage JSON-LD."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    body = BodyField(FAQ_BLOCKS, blank=True, verbose_name=_("questions"))

    template = "storefront/content/faq.html"
    subpage_types: list[str] = []
    show_in_menus_default = True
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = _("questions and answers")
        verbose_name_plural = _("questions and answers")


class HomePage(ShopPage):
    """The first page of a shop front, in sections. Without one the shop shows goods and categories by itself."""

    market = models.ForeignKey(
        "catalogue.Market", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shop front"),
        help_text=_("Blank: every shop front that has no home page of its own."),
    )  # fmt: skip
    body = BodyField(SECTION_BLOCKS, blank=True, verbose_name=_("sections"))

    template = "storefront/content/home.html"
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("market"), FieldPanel("body")]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Its place in the tree is no address of its own."""
        if request.path != "/" and not getattr(request, "is_preview", False):
            return HttpResponsePermanentRedirect("/")
        return super().serve(request, *args, **kwargs)

    def get_url_parts(self, *args: Any, **kwargs: Any) -> Any:
        parts = super().get_url_parts(*args, **kwargs)
        return (parts[0], parts[1], "/") if parts else parts


class LandingPage(ShopPage):
    """Where a campaign leads: sections like the home page's, and nothing that leads away unless wanted."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    has_menu = models.BooleanField(_("with menu and footer columns"), default=False)
    is_listed = models.BooleanField(
        _("found by search engines"), default=False, help_text=_("Also puts it into the sitemap.")
    )
    canonical = models.CharField(
        _("canonical address"), max_length=300, blank=True, validators=[check_address],
        help_text=_("Blank: its own. Where it repeats another page, the address of that one."),
    )  # fmt: skip
    body = BodyField(SECTION_BLOCKS, blank=True, verbose_name=_("sections"))

    template = "storefront/content/landing.html"
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    promote_panels = [
        *Page.promote_panels,
        MultiFieldPanel(
            [FieldPanel("has_menu"), FieldPanel("is_listed"), FieldPanel("canonical")], heading=_("Campaign")
        ),
    ]

    class Meta:
        verbose_name = _("landing page")
        verbose_name_plural = _("landing pages")

    @property
    def is_indexed(self) -> bool:
        return bool(self.is_listed)
