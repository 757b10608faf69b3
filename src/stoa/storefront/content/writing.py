"""Pages and authors written by code: the demo shop, imports, tests. Editors write in Wagtail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from wagtail.models import Page

from stoa.kernel.audit.actions import record
from stoa.kernel.pagecache.actions import purge
from stoa.storefront.content.base import TAG
from stoa.storefront.content.models import Author, PageCategory, PageProduct, RelatedPage
from stoa.storefront.content.paths import root_page

if TYPE_CHECKING:
    from datetime import datetime

    from stoa.kernel.actors import Actor

P = TypeVar("P", bound=Page)


@transaction.atomic
def write(
    kind: type[P],
    slug: str,
    title: str,
    *,
    actor: Actor,
    below: Page | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> P:
    """A page of type ``kind`` at ``slug`` below another (by default the site's root), published; written anew if it is there.

    ``fields`` are those of the type, and ``tags``, ``categories``, ``products`` and ``related``: names or numbers. ``at`` is
    when it was first published, where that was earlier.
    """
    parent = below or root_page()
    page = kind.objects.child_of(parent).filter(slug=slug).first()
    is_new = page is None
    page = page or kind(slug=slug)
    page.title = title
    about = {name: fields.pop(name, None) for name in ("tags", "categories", "products", "related")}
    for name, value in fields.items():
        if not hasattr(page, name):
            raise TypeError(f"{kind.__name__} has no {name}")
        setattr(page, name, value)
    if is_new:
        page.live = False
        parent.add_child(instance=page)
    _relate(page, about)
    if at is not None:
        page.first_published_at = at
    page.publish(page.save_revision(), is_checked=False)
    record(actor, "page.saved", "page", page.pk, slug=slug)
    page.refresh_from_db()
    return page


def _relate(page: Page, about: dict[str, Iterable[Any] | None]) -> None:
    if about["tags"] is not None:
        page.tags.set(list(about["tags"]))
    if about["categories"] is not None:
        page.about_categories.set([PageCategory(category_id=pk) for pk in about["categories"]])
    if about["products"] is not None:
        page.about_products.set([PageProduct(product_id=pk) for pk in about["products"]])
    if about["related"] is not None:
        page.reading_next.set([RelatedPage(target_id=pk, sort_order=n) for n, pk in enumerate(about["related"])])


@transaction.atomic
def write_author(
    slug: str, name: str, *, actor: Actor, role: str = "", bio: str = "", picture_id: int | None = None
) -> Author:
    values = {"name": name, "role": role, "bio": bio, "picture_id": picture_id}
    author, is_new = Author.objects.update_or_create(slug=slug, defaults=values)
    author_changed(author, "added" if is_new else "changed", actor=actor)
    return author


def author_changed(author: Author, verb: str, *, actor: Actor) -> None:
    """Note in the caller's transaction that an author was "added", "changed" or "removed", and let go of what names them."""
    record(actor, f"author.{verb}", "author", author.pk, name=author.name)
    purge(TAG)


def block(kind: str, value: Any) -> dict[str, Any]:
    """``block("text", "<p>…</p>")``, ``block("hero", {"heading": …})``."""
    return {"type": kind, "value": value}


def blocks(*pairs: tuple[str, Any]) -> Sequence[dict[str, Any]]:
    return [block(kind, value) for kind, value in pairs]
