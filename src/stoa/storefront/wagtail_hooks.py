"""Authors in Wagtail's frame: a list, a form, a chooser. Who wrote what is on pages, so a change lets these go."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, SnippetViewSet

from stoa.kernel.actors import Actor
from stoa.kernel.pagecache.actions import purge
from stoa.storefront.content.base import TAG
from stoa.storefront.content.models import Author
from stoa.storefront.content.writing import author_changed


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    return Actor.staff(user.pk or 0, user.get_full_name() or user.get_username())  # type: ignore[union-attr]


class AuthorCreate(CreateView):
    @transaction.atomic
    def save_instance(self) -> Any:
        author = super().save_instance()
        author_changed(author, "added", actor=_actor(self.request))
        return author


class AuthorEdit(EditView):
    @transaction.atomic
    def save_instance(self) -> Any:
        author = super().save_instance()
        author_changed(author, "changed", actor=_actor(self.request))
        return author


class AuthorDelete(DeleteView):
    @transaction.atomic
    def delete_action(self) -> None:
        author_changed(self.object, "removed", actor=_actor(self.request))
        super().delete_action()


class AuthorViewSet(SnippetViewSet):
    model = Author
    icon = "user"
    base_url_path = "authors"
    menu_label = _("Authors")
    add_to_admin_menu = False
    menu_item_is_registered = True
    copy_view_enabled = False
    add_view_class = AuthorCreate
    edit_view_class = AuthorEdit
    delete_view_class = AuthorDelete
    list_display = ["name", "role"]
    search_fields = ["name", "role"]
    breadcrumbs_items = [{"url": reverse_lazy("wagtailadmin_home"), "label": _("Today")}]
    panels = [
        TitleFieldPanel("name", targets=["slug"]),
        FieldPanel("slug", help_text=_("The end of the address under which the journal lists what they wrote.")),
        FieldPanel("role"),
        FieldPanel("bio"),
        FieldPanel("picture"),
    ]


register_snippet(AuthorViewSet)


def _let_go(request: HttpRequest, *pages: Any) -> None:
    """Wagtail's screens change one page without asking the page: what ``ShopPage`` does in its verbs is done here."""
    purge(TAG)


for _moment in ("after_publish_page", "after_unpublish_page", "after_delete_page", "after_move_page"):
    hooks.register(_moment, _let_go)
