"""What visitors can reach by links, and how deep it lies. Six queries, however many products there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoa.catalogue.blocks.leading import leading_products
from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.marketing.menus import queries as menus
from stoa.marketing.pages import PageFact, pages
from stoa.marketing.reach import rules

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market
    from stoa.marketing.menus.queries import MenuNode

LIST_SIZE = 24
HOME = "/"
FAR = 3
Links = dict[str, list[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Place:
    """Something that visitors could visit. ``depth``: clicks from the home page; None where no link leads to it.

    ``why`` says what is missing: "no-category", "hidden-category", "no-link", "far", or blank.
    """

    kind: str
    id: int
    title: str
    url: str
    depth: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Reach:
    places: tuple[Place, ...]

    def of(self, kind: str) -> list[Place]:
        return [place for place in self.places if place.kind == kind]

    def spread(self, kind: str) -> list[int]:
        return rules.spread([place.depth for place in self.of(kind)])

    @property
    def unreached(self) -> int:
        return sum(1 for place in self.places if place.depth is None)


def reach(market: Market) -> Reach:
    """Every visible category, live product and public page of a shop front. Search and filters do not count as links."""
    content = pages().with_links(market)
    shelves = list(_all_categories(categories.tree(market)))
    goods = list(
        products.live_products()
        .filter(variants__is_active=True, variants__prices__price_list_id=market.price_list_id)
        .distinct()
        .order_by("position", "-created_at", "-pk")
        .values_list("pk", "title", "slug")
    )
    placed = _placements()
    links: Links = {}
    _link_menus(links, market)
    _link_shelves(links, shelves, [(pk, f"/p/{slug}/") for pk, _title, slug in goods], placed)
    for page in content:
        links.setdefault(page.url, []).extend((path, 1) for path in page.links)
    _link_goods(links, {pk: f"/p/{slug}/" for pk, _title, slug in goods}, {page.id: page.url for page in content})
    found = rules.depths(links, HOME)
    shown = {node.id for node in shelves}
    made: list[Place] = [_place("category", node.id, node.name, node.url, found, "no-link") for node in shelves]
    made += [_page(page, found) for page in content if page.url != HOME]
    for pk, title, slug in goods:
        stands_in = placed.get(pk, ())
        why = "no-category" if not stands_in else "hidden-category" if shown.isdisjoint(stands_in) else "no-link"
        made.append(_place("product", pk, title, f"/p/{slug}/", found, why))
    return Reach(tuple(made))


def _page(page: PageFact, found: dict[str, int]) -> Place:
    return _place("page", page.id, page.title, page.url, found, "no-link")


def _place(kind: str, pk: int, title: str, url: str, found: dict[str, int], why: str) -> Place:
    depth = found.get(url)
    return Place(kind, pk, title, url, depth, why if depth is None else "far" if depth > FAR else "")


def _all_categories(nodes: Iterable[CategoryNode]) -> Iterator[CategoryNode]:
    for node in nodes:
        yield node
        yield from _all_categories(node.children)


def _placements() -> dict[int, list[int]]:
    """The categories of each live product, hidden ones too."""
    rows = products.live_products().filter(placements__isnull=False).order_by()
    found: dict[int, list[int]] = {}
    for pk, category_id in rows.values_list("pk", "placements__category_id"):
        found.setdefault(pk, []).append(category_id)
    return found


def _link_menus(links: Links, market: Market) -> None:
    """Header and footer stand on every page, the home page too."""
    from_home = links.setdefault(HOME, [])
    for place in menus.PLACES:
        tree = menus.menu(market, place)
        if not tree and place == "footer":  # as the footer is without a menu
            from_home += [(node.url, 1) for node in categories.tree(market)]
            from_home += [(page.url, 1) for page in pages().footer()]
        from_home += [(url, 1) for url in _addresses(tree)]


def _addresses(nodes: Iterable[MenuNode]) -> Iterator[str]:
    for node in nodes:
        if node.url:
            yield node.url.partition("#")[0].partition("?")[0]
        yield from _addresses(node.children)


def _link_goods(links: Links, goods: dict[int, str], content: dict[int, str]) -> None:
    """From the page of a product to what its texts link to and to the goods that its blocks show."""
    for page in leading_products():
        if page.product_id not in goods:
            continue
        targets = [
            *page.paths,
            *(content[pk] for pk in page.page_ids if pk in content),
            *(goods[pk] for pk in page.product_ids if pk in goods),
        ]
        links.setdefault(goods[page.product_id], []).extend((target, 1) for target in targets)


def _link_shelves(
    links: Links, shelves: list[CategoryNode], goods: list[tuple[int, str]], placed: dict[int, list[int]]
) -> None:
    """From a category to those inside it, and to its goods, page by page of its list."""
    above = {node.id: node.parent_id for node in shelves}
    on_shelf: dict[int, list[str]] = {}
    for pk, url in goods:
        seen: set[int] = set()
        for category_id in placed.get(pk, ()):
            node: int | None = category_id
            while node is not None and node in above and node not in seen:
                seen.add(node)
                on_shelf.setdefault(node, []).append(url)
                node = above[node]
    for shelf in shelves:
        urls = on_shelf.get(shelf.id, [])
        links[shelf.url] = [
            *((child.url, 1) for child in shelf.children),
            *((url, rules.clicks_in_list(place, len(urls), LIST_SIZE)) for place, url in enumerate(urls)),
        ]
