from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from stoa.kernel.pagecache import tags
from stoa.kernel.pagecache.actions import purge
from stoa.storefront.content.blocks import BODY_BLOCKS

TAG = "content"


class ContentPage(Page):
    """A page of words: delivery, returns, privacy, contact. It stands at ``/<slug>/``."""

    class Section(models.TextChoices):
        HELP = "help", _("Help")
        LEGAL = "legal", _("Legal")

    section = models.CharField(_("section"), max_length=8, choices=Section, default=Section.HELP)
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    body = StreamField(BODY_BLOCKS, blank=True, verbose_name=_("page"))

    template = "storefront/content/page.html"
    subpage_types: list[str] = []
    show_in_menus_default = True
    content_panels = [*Page.content_panels, FieldPanel("section"), FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = _("content page")
        verbose_name_plural = _("content pages")

    def __str__(self) -> str:
        return str(self.title)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from stoa.storefront.seo.tags import for_content

        tags.tag(request, TAG)
        return {**super().get_context(request, *args, **kwargs), "seo": for_content(request, self)}

    # Wagtail's own verbs, from every entrance (editor, schedule, action): what they change is in every page's footer.
    def publish(self, *args: Any, **kwargs: Any) -> Any:
        result = super().publish(*args, **kwargs)
        purge(TAG)
        return result

    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        result = super().unpublish(*args, **kwargs)
        purge(TAG)
        return result

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        result = super().delete(*args, **kwargs)
        purge(TAG)
        return result

    def move(self, *args: Any, **kwargs: Any) -> Any:
        result = super().move(*args, **kwargs)
        purge(TAG)
        return result
