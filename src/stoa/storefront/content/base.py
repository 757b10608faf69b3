"""What every page of the shop's content has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Page

from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.pagecache import tags
from stoa.kernel.pagecache.actions import purge
from stoa.marketing.phone.actions import let_live
from stoa.storefront.content.relations import PageTag

if TYPE_CHECKING:
    from wagtail.models import Revision

    from stoa.catalogue.media.models import Picture

TAG = "content"
# What Wagtail's command says it does.
SCHEDULE = "wagtail.publish.scheduled"


def actor_of(user: Any) -> Actor:
    """Who a Wagtail view acts for; the scheduler acts for nobody."""
    return Actor.staff(user.pk, str(user)) if user is not None else SYSTEM


class ShopPage(Page):
    """A page that the storefront shows. Its template gets ``page``, ``body``, ``crumbs`` and ``seo``."""

    # OpenGraph's and schema.org's words for it.
    kind = "website"
    show_in_menus_default = False

    class Meta:
        abstract = True

    @property
    def lead(self) -> str:
        """One sentence about the page, for lists and search engines."""
        return str(getattr(self, "intro", ""))

    @property
    def lead_picture(self) -> Picture | None:
        return getattr(self, "picture", None)

    @property
    def is_indexed(self) -> bool:
        return True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from stoa.storefront.content.showing import page_context

        tags.tag(request, TAG)
        return {**super().get_context(request, *args, **kwargs), **page_context(request, self)}

    # Wagtail's own verbs, from every entrance (editor, schedule, action): what they change is in every page's footer.
    def publish(self, revision: Revision, user: Any = None, *, is_checked: bool = True, **options: Any) -> Any:
        """``is_checked``: whether the page is looked at before. Raises PublishRefusedError.

        Wagtail's editor publishes without this verb; the hooks do the same for it.
        """
        scheduled = options.get("log_action") == SCHEDULE
        if is_checked and not let_live(revision, is_scheduled=scheduled, actor=actor_of(user)):
            return None
        result = super().publish(revision, user=user, **options)
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


class Article(ShopPage):
    """Something to read, by somebody, about something."""

    kind = "article"

    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    picture = models.ForeignKey(
        "catalogue.Picture",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    author = models.ForeignKey(
        "storefront.Author",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    tags = ClusterTaggableManager(through=PageTag, blank=True, verbose_name=_("tags"))

    class Meta:
        abstract = True


WORDS = [
    FieldPanel("intro", help_text=_("One or two sentences. Lists and search engines show them too.")),
    FieldPanel("picture"),
    FieldPanel("author"),
]
ABOUT = MultiFieldPanel(
    [
        InlinePanel("about_categories", label=_("category"), heading=_("Categories that it helps with")),
        InlinePanel("about_products", label=_("product"), heading=_("Products that it is about")),
        FieldPanel("tags", help_text=_("Pages with the same tags are offered as further reading.")),
        InlinePanel(
            "reading_next", label=_("page"), heading=_("Read next"), max_num=6, panels=[PageChooserPanel("target")],
            help_text=_("Blank: pages with the same tags, the newest first."),
        ),
    ],
    heading=_("What it is about"),
)  # fmt: skip
