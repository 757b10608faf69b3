"""The library of films, in Wagtail's frame; blocks choose from it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from stoa.backoffice.columns import NUMBER, WIDE
from stoa.backoffice.guard import actor_of
from stoa.catalogue.models import Video
from stoa.catalogue.videos.actions import noted
from stoa.catalogue.videos.forms import VideoForm


class VideoAdd(CreateView):
    def save_instance(self) -> Any:
        video = super().save_instance()
        noted(video, actor=actor_of(self.request), is_new=True)
        return video


class VideoEdit(EditView):
    def save_instance(self) -> Any:
        video = super().save_instance()
        noted(video, actor=actor_of(self.request), is_new=False)
        return video


class VideoViewSet(SnippetViewSet):
    model = Video
    icon = "media"
    base_url_path = "videos"
    menu_label = _("Videos")
    add_to_admin_menu = False
    menu_item_is_registered = True
    copy_view_enabled = False
    add_view_class = VideoAdd
    edit_view_class = VideoEdit
    list_display = [
        "title",
        Column("kind", label=_("Kind"), accessor=lambda video: video.kind.upper(), classname=WIDE),
        Column("bytes", label=_("MB"), accessor=lambda video: f"{video.bytes / 1_000_000:.1f}", classname=NUMBER),
    ]
    search_fields = ["title"]
    edit_handler = ObjectList(
        [FieldPanel("title"), FieldPanel("file"), FieldPanel("poster"), FieldPanel("captions")],
        base_form_class=VideoForm,
    )
