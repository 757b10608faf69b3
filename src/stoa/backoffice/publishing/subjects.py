"""What is published: a product or a content page, its newest version, and who may publish it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from wagtail.models import Page, Revision

from stoa.backoffice.guard import Right, may
from stoa.catalogue.models import Product

RIGHTS = {"product": "catalogue.publish_product", "page": "wagtailcore.publish_page"}
ANY: Right = tuple(RIGHTS.values())
OVERRIDE = "marketing.publish_with_findings"


def subject_of(request: HttpRequest, kind: str, pk: int) -> Any:
    """Raises Http404, and PermissionDenied unless the person at ``request`` may publish it."""
    if kind not in RIGHTS:
        raise Http404
    if not may(request.user, RIGHTS[kind]):
        raise PermissionDenied
    if kind == "product":
        product = Product.objects.filter(pk=pk).first()
        if product is None:
            raise Http404
        return product
    page = Page.objects.filter(pk=pk, depth__gt=1).first()
    if page is None:
        raise Http404
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    return page.specific


def newest_version(subject: Any) -> Revision:
    """Raises Http404 where nothing was ever drafted."""
    revision = subject.get_latest_revision()
    if revision is None:
        raise Http404
    return revision


def edit_url(kind: str, pk: int) -> str:
    name = "wagtailsnippets_catalogue_product:edit" if kind == "product" else "wagtailadmin_pages:edit"
    return reverse(name, args=[pk])


def check_url(kind: str, pk: int) -> str:
    return reverse("backoffice:publish_check", args=[kind, pk])
