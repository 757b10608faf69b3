from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from stoa.catalogue.categories.errors import CategoryCycleError, CategoryInvalidError, CategoryNotEmptyError
from stoa.catalogue.categories.models import Category
from stoa.catalogue.categories.rules import is_plan
from stoa.catalogue.products.rules import free_slug, one_line, slugify
from stoa.catalogue.redirects import clear_address, move_address
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

SLUG_LENGTH = 130
TEXTS = {"name": 120, "seo_title": 160, "seo_description": 320}
CHANGEABLE = frozenset(
    {"name", "slug", "description", "picture_id", "is_visible", "seo_title", "seo_description", "filters"}
)


@transaction.atomic
def create_category(name: str, *, actor: Actor, parent_id: int | None = None, slug: str = "", **more: Any) -> Category:
    """The last category inside ``parent_id``, or at the top. An empty ``slug`` is made of the name.

    Raises CategoryInvalidError, NotFoundError.
    """
    category = Category()
    _apply(category, {"name": name, "slug": slug, **more})
    if parent_id is None:
        Category.add_root(instance=category)
    else:
        _get(parent_id).add_child(instance=category)
    clear_address(_url(category))
    record(actor, "category.created", "category", category.pk, name=category.name)
    purge("catalogue", "categories")
    return category


@transaction.atomic
def update_category(category_id: int, *, actor: Actor, **changes: Any) -> Category:
    """Change ``name``, ``slug``, ``description``, ``picture_id``, ``is_visible``, ``filters`` or the search texts.

    A new slug leaves a permanent redirect. Raises CategoryInvalidError, NotFoundError.
    """
    category = _get(category_id)
    old_url = _url(category)
    _apply(category, changes)
    category.save()
    move_address(old_url, _url(category))
    record(actor, "category.changed", "category", category.pk, fields=sorted(changes))
    purge("catalogue", "categories", f"category:{category.pk}")
    return category


@transaction.atomic
def move_category(
    category_id: int, *, actor: Actor, parent_id: int | None = None, before_id: int | None = None
) -> Category:
    """Put a category last inside ``parent_id`` (None: at the top), or just before its future neighbour ``before_id``.

    Raises CategoryCycleError, NotFoundError.
    """
    category = _get(category_id)
    target = _get(before_id) if before_id is not None else _get(parent_id) if parent_id is not None else None
    if target is not None and (target.pk == category.pk or target.is_descendant_of(category)):
        raise CategoryCycleError
    if before_id is not None:
        category.move(target, "left")
    elif target is not None:
        category.move(target, "last-child")
    elif (last := Category.get_last_root_node()) is not None and last.pk != category.pk:
        category.move(last, "last-sibling")
    record(actor, "category.moved", "category", category_id, parent=parent_id, before=before_id)
    purge("catalogue", "categories", f"category:{category_id}")
    return _get(category_id)


@transaction.atomic
def delete_category(category_id: int, *, actor: Actor) -> None:
    """Products stay; its address leads to the category above. Raises CategoryNotEmptyError, NotFoundError."""
    category = _get(category_id)
    if category.get_children_count():
        raise CategoryNotEmptyError
    above = category.get_parent()
    url = _url(category)
    category.delete()
    if above is not None:
        move_address(url, _url(above))
    record(actor, "category.deleted", "category", category_id, name=category.name)
    purge("catalogue", "categories", f"category:{category_id}")


def _get(category_id: int) -> Category:
    category = Category.objects.select_for_update().filter(pk=category_id).first()
    if category is None:
        raise NotFoundError
    return category


def _url(category: Category) -> str:
    return f"/c/{category.slug}/"


def _apply(category: Category, changes: dict[str, Any]) -> None:
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"a category has no {', '.join(sorted(unknown))}")
    for field, value in changes.items():
        if field in TEXTS:
            text = one_line(value)
            if len(text) > TEXTS[field]:
                raise CategoryInvalidError(field=field)
            setattr(category, field, text)
        elif field != "slug":
            setattr(category, field, value)
    if not is_plan(category.filters):
        raise CategoryInvalidError(field="filters")
    if not category.name:
        raise CategoryInvalidError(field="name")
    if "slug" in changes:
        wanted = slugify(changes["slug"] or category.name, "category")[:SLUG_LENGTH].rstrip("-")
        others = Category.objects.filter(slug__startswith=wanted).exclude(pk=category.pk)
        category.slug = free_slug(wanted, set(others.values_list("slug", flat=True)))
