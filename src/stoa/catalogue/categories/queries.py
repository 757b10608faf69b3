"""The category tree as the shop shows it. Read in one query, kept in the process until the catalogue changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from stoa.catalogue.categories.models import Category
from stoa.catalogue.categories.rules import AS_THE_SHOP, FilterPlan, plan_of
from stoa.catalogue.media.queries import PictureView, picture_view
from stoa.catalogue.memo import remembered
from stoa.catalogue.products.models import ProductCategory
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


@dataclass(frozen=True)
class CategoryNode:
    """A visible category. Shared by all requests of the process: do not change it."""

    id: int
    name: str
    slug: str
    description: str
    seo_title: str
    seo_description: str
    picture: PictureView | None
    parent_id: int | None
    depth: int
    children: tuple[CategoryNode, ...] = ()
    filters: FilterPlan = AS_THE_SHOP

    @property
    def url(self) -> str:
        return f"/c/{self.slug}/"

    @cached_property
    def subtree_ids(self) -> frozenset[int]:
        """Its own id and those of all below it."""
        return frozenset({self.id}.union(*(child.subtree_ids for child in self.children)))


@dataclass(frozen=True)
class _Forest:
    roots: tuple[CategoryNode, ...]
    by_id: dict[int, CategoryNode]
    by_slug: dict[str, CategoryNode]


@remembered("categories")
def _forest() -> _Forest:
    rows = list(Category.objects.select_related("picture").order_by("path"))
    # A hidden category hides its whole branch; paths are in order, so a parent comes before its children.
    shown: dict[str, Category] = {}
    for row in rows:
        if row.is_visible and (row.depth == 1 or row.path[: -Category.steplen] in shown):
            shown[row.path] = row
    plans: dict[str, FilterPlan] = {}
    for path, row in shown.items():
        plans[path] = plan_of(row.filters) or plans.get(path[: -Category.steplen], AS_THE_SHOP)
    children: dict[str, list[CategoryNode]] = {}
    by_id: dict[int, CategoryNode] = {}
    for path in sorted(shown, reverse=True):
        row, above = shown[path], path[: -Category.steplen]
        node = CategoryNode(
            row.pk, row.name, row.slug, row.description, row.seo_title, row.seo_description,
            picture_view(row.picture, alt=row.name) if row.picture else None,
            shown[above].pk if above else None, row.depth, tuple(reversed(children.get(path, []))),
            plans[path],
        )  # fmt: skip
        children.setdefault(above, []).append(node)
        by_id[node.id] = node
    return _Forest(tuple(reversed(children.get("", []))), by_id, {node.slug: node for node in by_id.values()})


def tree(market: Market | None = None) -> list[CategoryNode]:
    """The top categories with all below them, in the merchant's order. Every market shows the same tree."""
    return list(_forest().roots)


def category_by_slug(slug: str) -> CategoryNode:
    """Raises NotFoundError, also for a hidden one."""
    node = _forest().by_slug.get(slug)
    if node is None:
        raise NotFoundError
    return node


def category_by_id(category_id: int) -> CategoryNode | None:
    return _forest().by_id.get(category_id)


def breadcrumbs(category: CategoryNode | int | None) -> list[CategoryNode]:
    """From the top category to this one, both included; empty for a hidden or unknown one."""
    forest = _forest()
    node = forest.by_id.get(category) if isinstance(category, int) else category
    trail: list[CategoryNode] = []
    while node is not None:
        trail.append(node)
        node = forest.by_id.get(node.parent_id) if node.parent_id is not None else None
    return trail[::-1]


def primary_categories(product_ids: Iterable[int]) -> dict[int, CategoryNode]:
    """The visible category that each product mainly stands in; products that stand in none are left out. One query."""
    forest = _forest()
    rows = ProductCategory.objects.filter(product_id__in=list(product_ids), category_id__in=forest.by_id)
    placed = rows.order_by("is_primary", "-id").values_list("product_id", "category_id")
    return {product_id: forest.by_id[category_id] for product_id, category_id in placed}
