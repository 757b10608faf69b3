"""Menus as pages show them, and as the editor does. What cannot be visited any more is not shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.marketing.menus import rules
from stoa.marketing.menus.models import Menu
from stoa.marketing.menus.rules import Node, Tree
from stoa.marketing.pages import pages

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market

PLACES = ("header", "footer")
TAG = "menus"


@dataclass(frozen=True, slots=True)
class MenuNode:
    """``url`` is blank for a heading."""

    label: str
    url: str
    children: tuple[MenuNode, ...] = ()


@dataclass(frozen=True, slots=True)
class _Target:
    name: str
    url: str
    node: CategoryNode | None = None


def menu(market: Market, place: str) -> list[MenuNode]:
    """What visitors see in "header" or "footer". Nothing there: the category tree in the header, an empty footer."""
    tree = Menu.objects.filter(market_id=market.pk, place=place).values_list("items", flat=True).first() or []
    found = nodes(tree)
    return found or (category_nodes() if place == "header" else [])


def category_nodes() -> list[MenuNode]:
    return [_branch(node, 1) for node in categories.tree()]


def nodes(tree: Tree) -> list[MenuNode]:
    """``tree`` with names and addresses of today. What is hidden or gone is left out; what stood in it moves up."""
    return _shown(tree, _targets(tree), 1)


def product_ids(market_id: int) -> frozenset[int]:
    """The products that a market's menus lead to: pages that show the menus change with them."""
    trees = Menu.objects.filter(market_id=market_id).values_list("items", flat=True)
    return frozenset(pk for tree in trees for pk in rules.targets(tree, "product"))


def _targets(tree: Tree) -> dict[tuple[str, int], _Target]:
    """What can be visited of all that a tree names. At most two queries."""
    found: dict[tuple[str, int], _Target] = {}
    for kind in ("branch", "category"):
        for pk in rules.targets(tree, kind):
            if (node := categories.category_by_id(pk)) is not None:
                found[kind, pk] = _Target(node.name, node.url, node)
    if page_ids := rules.targets(tree, "page"):
        found |= {("page", pk): _Target(page.title, page.url) for pk, page in pages().shown(page_ids).items()}
    if goods := rules.targets(tree, "product"):
        rows = products.live_products().filter(pk__in=goods).values_list("pk", "title", "slug")
        found |= {("product", pk): _Target(title, f"/p/{slug}/") for pk, title, slug in rows}
    return found


def _shown(tree: Tree, targets: dict[tuple[str, int], _Target], depth: int) -> list[MenuNode]:
    made: list[MenuNode] = []
    for each in tree:
        children = tuple(_shown(each["children"], targets, depth + 1))
        if each["kind"] == "link":
            made.append(MenuNode(each["label"], each["address"], children))
        elif each["kind"] == "heading":
            if children:
                made.append(MenuNode(each["label"], "", children))
        elif (target := targets.get((each["kind"], each["target"]))) is not None:
            if each["kind"] == "branch" and target.node is not None and depth < rules.LEVELS:
                children = (*(_branch(child, depth + 1) for child in target.node.children), *children)
            made.append(MenuNode(each["label"] or target.name, target.url, children))
        else:
            made += children
    return made


def _branch(node: CategoryNode, depth: int) -> MenuNode:
    below = (_branch(child, depth + 1) for child in node.children) if depth < rules.LEVELS else ()
    return MenuNode(node.name, node.url, tuple(below))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the editor. ``problem`` is "gone" for a target that is hidden, unpublished or deleted, else blank."""

    id: str
    kind: str
    depth: int
    label: str
    own_label: str
    url: str
    problem: str
    can_rise: bool
    can_sink: bool
    can_indent: bool
    can_outdent: bool


@dataclass(frozen=True, slots=True)
class Editor:
    """A menu as the editor shows it. ``is_changed``: the draft is not what visitors see."""

    place: str
    version: int
    rows: tuple[Row, ...]
    tree: Tree
    is_changed: bool
    is_live: bool
    can_undo: bool
    published_at: datetime | None

    @property
    def problems(self) -> int:
        return sum(1 for row in self.rows if row.problem)


def editor(market_id: int, place: str) -> Editor:
    found = Menu.objects.filter(market_id=market_id, place=place).first() or Menu(market_id=market_id, place=place)
    targets = _targets(found.draft)
    rows = tuple(_rows(found.draft, targets, 1))
    return Editor(
        place, found.version, rows, found.draft, found.draft != found.items, bool(found.items), bool(found.history),
        found.published_at,
    )  # fmt: skip


def _rows(tree: Tree, targets: dict[tuple[str, int], _Target], depth: int) -> list[Row]:
    made: list[Row] = []
    for place, each in enumerate(tree):
        made.append(_row(each, targets, depth, place, tree))
        made += _rows(each["children"], targets, depth + 1)
    return made


def _row(each: Node, targets: dict[tuple[str, int], _Target], depth: int, place: int, siblings: Sequence[Node]) -> Row:
    target = targets.get((each["kind"], each["target"] or 0))
    needs_target = each["kind"] in rules.WITH_TARGET
    return Row(
        id=each["id"], kind=each["kind"], depth=depth,
        label=each["label"] or (target.name if target else ""), own_label=each["label"],
        url=target.url if target else each["address"],
        problem="gone" if needs_target and target is None else "",
        can_rise=place > 0, can_sink=place + 1 < len(siblings),
        can_indent=place > 0 and depth + rules.height(each) <= rules.LEVELS, can_outdent=depth > 1,
    )  # fmt: skip


def broken(market_id: int) -> list[tuple[str, str]]:
    """(place, name) of every live entry whose target is gone: for the lists of work to do."""
    found = []
    for row in Menu.objects.filter(market_id=market_id).order_by("place"):
        targets = _targets(row.items)
        for each, _depth in rules.walk(row.items):
            if each["kind"] in rules.WITH_TARGET and (each["kind"], each["target"]) not in targets:
                found.append((row.place, each["label"] or f"{each['kind']} {each['target']}"))
    return found
