"""Which right opens which of Wagtail's own routes. What is not named here stays shut, for owners too.

Wagtail checks its own finer permissions behind this; the gate only makes sure that a route which a new version brings, or
one that asks for nothing but "may enter the admin", does not open by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.auth import permission_denied, require_admin_access
from wagtail.users.models import UserProfile

from stoa.backoffice.guard import Right, may
from stoa.backoffice.publishing.refusals import tell
from stoa.catalogue.markets.queries import default_market
from stoa.marketing.phone.errors import PublishRefusedError

ANY_STAFF: Right = "wagtailadmin.access_admin"
CONTENT: Right = ("wagtailcore.change_page", "wagtailimages.add_image")
GOODS: Right = "catalogue.view_product"
EDITING: Right = (*CONTENT, "catalogue.change_product")
USERS: Right = ("customers.view_user", "customers.change_user")

NAMESPACES: dict[str, Right] = {
    "wagtailadmin_pages": CONTENT,
    "wagtailadmin_api": CONTENT,
    "wagtailadmin_collections": CONTENT,
    "wagtailadmin_editing_sessions": EDITING,
    "wagtailadmin_reports": "kernel.view_auditentry",
    "wagtailimages": EDITING,
    "wagtailimages_chooser": EDITING,
    "wagtaildocs": CONTENT,
    "wagtaildocs_chooser": CONTENT,
    "wagtailembeds": CONTENT,
    "wagtailredirects": CONTENT,
    "wagtailusers_users": USERS,
    "wagtailsnippets_catalogue_product": GOODS,
    "wagtailsnippets_catalogue_video": EDITING,
    "wagtailsnippetchoosers_catalogue_video": EDITING,
    "wagtailsnippetchoosers_catalogue_product": GOODS,
    "wagtailsnippets_storefront_author": "storefront.change_author",
    "wagtailsnippetchoosers_storefront_author": CONTENT,
}
NAMES: dict[str, Right] = {
    "wagtailadmin_account": ANY_STAFF,
    "wagtailadmin_logout": ANY_STAFF,
    "wagtailadmin_dismissibles": ANY_STAFF,
    "wagtailadmin_explore_root": CONTENT,
    "wagtailadmin_explore": CONTENT,
    "wagtailadmin_explore_results": CONTENT,
    "wagtailadmin_choose_page": CONTENT,
    "wagtailadmin_choose_page_child": CONTENT,
    "wagtailadmin_choose_page_search": CONTENT,
    "wagtailadmin_choose_page_chosen_multiple": CONTENT,
    "wagtailadmin_choose_page_external_link": EDITING,
    "wagtailadmin_choose_page_email_link": EDITING,
    "wagtailadmin_choose_page_phone_link": EDITING,
    "wagtailadmin_choose_page_anchor_link": EDITING,
    "wagtailadmin_tag_autocomplete": EDITING,
    "wagtailadmin_tag_model_autocomplete": EDITING,
    "wagtailadmin_block_preview": EDITING,
}
# Wagtail's bulk route is one for all models.
BULK: dict[tuple[str, str], Right] = {
    ("catalogue", "product"): "catalogue.add_bulkedit",
    ("operations", "order"): "operations.view_order",
    ("wagtailcore", "page"): CONTENT,
    ("catalogue", "picture"): CONTENT,
    ("wagtaildocs", "document"): CONTENT,
}
LAST_ROUTE = "/.*/$"
# Needed before anybody is known: the log-in, the icons, the words of the scripts.
OPEN = frozenset({"wagtailadmin_sprite", "wagtailadmin_login", "wagtailadmin_javascript_catalog"})


def right_of(request: HttpRequest) -> Right | None:
    """The right that opens the route of ``request``; None where nothing does."""
    match = request.resolver_match
    if match is None:
        return None
    if match.namespaces:
        return ANY_STAFF if match.namespaces[0] == "backoffice" else NAMESPACES.get(match.namespaces[0])
    if match.url_name == "wagtail_bulk_action":
        return BULK.get((match.kwargs["app_label"], match.kwargs["model_name"]))
    return NAMES.get(match.url_name or "")


def in_shop_time(user: Any) -> None:
    """Let Wagtail show moments to ``user`` in the time zone of the shop, unless they chose one of their own.

    Wagtail asks the profile that hangs on the request's user; this one is not saved.
    """
    if not hasattr(user, "wagtail_userprofile"):
        user.wagtail_userprofile = UserProfile.get_for_user(user)
    if not user.wagtail_userprofile.current_time_zone:
        user.wagtail_userprofile.current_time_zone = default_market().timezone


def at_home(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wagtail's door (who may enter, language, time zone) for routes of ours beside its own."""
    inner = require_admin_access(view)

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and may(request.user, ANY_STAFF):
            in_shop_time(request.user)
        return inner(request, *args, **kwargs)

    return wrapped


def _is_key(value: object) -> bool:
    """Wagtail takes any text for a key; ours are numbers, and for anything else it would stumble (HTTP 500)."""
    return isinstance(value, int) or (str(value).isascii() and str(value).isdigit())


def gated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the route's right before Wagtail does its own asking. Strangers go on to Wagtail's log-in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match = request.resolver_match
        if match is not None and not _is_key(match.kwargs.get("pk", 0)):
            raise Http404
        is_open = match is not None and not match.namespaces and match.url_name in OPEN
        right = right_of(request)
        # Wagtail's last route sends strangers to the log-in and finds nothing for others.
        is_last = match is not None and match.route.endswith(LAST_ROUTE)
        if right is None and not is_open and not is_last:
            raise Http404
        if is_open or right is None or not request.user.is_authenticated or not may(request.user, ANY_STAFF):
            return view(request, *args, **kwargs)
        if not may(request.user, right):
            return permission_denied(request)
        in_shop_time(request.user)
        try:
            return view(request, *args, **kwargs)
        except PublishRefusedError as refusal:  # many pages at once, or the end of a workflow
            return tell(request, refusal)

    return wrapped
