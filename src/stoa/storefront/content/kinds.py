"""What each type of page shows beside its blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.utils.text import slugify

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.media.queries import picture_view
from stoa.catalogue.types import queries as types
from stoa.kernel.web.forms import clean_text
from stoa.storefront.browse import offer, paging
from stoa.storefront.content import aid, live, queries, reading
from stoa.storefront.content.models import FaqPage
from stoa.storefront.content.paths import path_of

POSTS_A_PAGE = 12
Context = dict[str, Any]


def more(request: HttpRequest, page: Any, context: Context) -> Context:
    """What the template of ``page`` needs beyond what all templates get."""
    made = _MORE.get(page._meta.model_name, lambda request, page, context: {})
    return made(request, page, context)


def _article(request: HttpRequest, page: Any, context: Context) -> Context:
    return {
        "lead_view": picture_view(page.picture) if page.picture is not None else None,
        "author": page.author,
        "author_view": picture_view(page.author.picture, alt=page.author.name)
        if page.author is not None and page.author.picture is not None
        else None,
        "published_at": page.first_published_at,
        "changed_at": page.last_published_at
        if page.last_published_at and page.first_published_at
        and (page.last_published_at - page.first_published_at).days >= 1
        else None,
        "tags": [(tag.name, tag.slug) for tag in page.tags.all()],
        "reading": reading.next_to(page),
        "shelves": _shelves(page),
        "index_url": path_of(page.get_parent()) if page.depth and page.depth > 2 else "",
        "is_post": page._meta.model_name == "journalpostpage",
    }  # fmt: skip


def _shelves(page: Any) -> list[categories.CategoryNode]:
    """The visible categories that the page is about."""
    nodes = (categories.category_by_id(row.category_id) for row in page.about_categories.all())
    return [node for node in nodes if node is not None]


def _comparison(request: HttpRequest, page: Any, context: Context) -> Context:
    cards = context["cards"]
    picks = [
        {"id": block.id, "value": block.value, "card": cards[str(block.id)][0], "anchor": f"pick-{number}"}
        for number, block in enumerate(page.picks, 1)
        if cards.get(str(block.id))
    ]
    return {**_article(request, page, context), "picks": picks, "lines": _lines([_product_of(pick) for pick in picks])}


def _product_of(pick: dict[str, Any]) -> int:
    return int(pick["value"].bound_blocks["product"].value.pk)


def _lines(product_ids: list[int]) -> list[dict[str, Any]]:
    """What can be compared of the picks, line by line; values in the order of the picks."""
    return (
        [
            {"name": line.name, "values": [line.values.get(pk, "") for pk in product_ids]}
            for line in types.comparison(product_ids)
        ]
        if product_ids
        else []
    )


def _aid(request: HttpRequest, page: Any, context: Context) -> Context:
    return {**_article(request, page, context), "aid": aid.at(request, context["market"], page)}


def _guides(request: HttpRequest, page: Any, context: Context) -> Context:
    children = [
        child
        for model in queries.ADVICE
        for child in model.objects.live().public().child_of(page).select_related("author", "picture")
    ]
    children.sort(key=lambda child: child.path)
    questions = FaqPage.objects.live().public().child_of(page).order_by("path")
    return {
        "reading": reading.cards_of(children),
        "questions": [{"title": each.title, "url": path_of(each), "lead": each.intro} for each in questions],
    }


def _journal(request: HttpRequest, page: Any, context: Context) -> Context:
    """Raises Http404 behind the last page, and for a tag or an author that nothing is by."""
    number = _number(request.GET.get("page", "1"))
    tag, author = (clean_text(request.GET.get(name, ""), 130) for name in ("tag", "author"))
    found = queries.posts(page)
    heading = ""
    if tag:
        ids = reading.PageTag.objects.filter(tag__slug=tag).values("content_object_id")
        found = found.filter(pk__in=ids)
        heading = reading.PageTag.tag_model().objects.filter(slug=tag).values_list("name", flat=True).first() or ""
    if author:
        found = found.filter(author__slug=author)
    total = found.count()
    if (tag or author) and not total:
        raise Http404
    pages = max(1, -(-total // POSTS_A_PAGE))
    if number > pages:
        raise Http404
    shown = list(found[(number - 1) * POSTS_A_PAGE : number * POSTS_A_PAGE])
    base = path_of(page)

    def url(to: int) -> str:
        pairs = [("tag", tag), ("author", author), ("page", str(to) if to > 1 else "")]
        query = urlencode([pair for pair in pairs if pair[1]])
        return f"{base}?{query}" if query else base

    return {
        "posts": reading.cards_of(shown),
        "pages": paging.pages(number, pages, url),
        "heading": heading,
        "written_by": shown[0].author if author and shown else None,
        "written_by_view": _portrait(shown[0].author) if author and shown else None,
        "canonical": url(number),
        "is_indexed": not (tag or author),
        "page_url": base,
        "feed_url": f"{base}feed.xml",
    }


def _portrait(author: Any) -> Any:
    return picture_view(author.picture, alt=author.name) if author is not None and author.picture is not None else None


def _number(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit()) or len(raw) > 4 or int(raw) < 1:
        raise Http404
    return int(raw)


def _home(request: HttpRequest, page: Any, context: Context) -> Context:
    """What the sections of a home or landing page draw on; read only where a section asks for it."""
    market = context["market"]
    sections = [block["type"] for block in live.raw(page.body)]
    found: Context = {"has_headline": sections[:1] == ["hero"]}
    if "trust" in sections:
        found |= {"delivery_promise": offer.delivery_line(market, 0), "policies": queries.policies()}
    if "categories" in sections:
        found["shelves_at_top"] = categories.tree(market)
        found["shelf_by_id"] = categories.category_by_id
    if "reading" in sections:
        index = queries.journal()
        found["journal_url"] = path_of(index) if index is not None else ""
        found["newest_posts"] = reading.cards_of(queries.posts()[:6])
        found["newest_advice"] = reading.cards_of(queries.advice_pages(6))
    return found


def _landing(request: HttpRequest, page: Any, context: Context) -> Context:
    return {**_home(request, page, context), **({"canonical": page.canonical} if page.canonical else {})}


def _faq(request: HttpRequest, page: Any, context: Context) -> Context:
    """Questions with anchors that stay the same as long as their words do."""
    seen: set[str] = set()
    groups = []
    for block in page.body:
        if block.block_type != "group":
            groups.append({"block": block, "id": block.id, "questions": []})
            continue
        rows = []
        for value in block.value["questions"]:
            anchor = slugify(value["question"])[:60] or "q"
            while anchor in seen:
                anchor += "-2"
            seen.add(anchor)
            rows.append({"anchor": anchor, "question": value["question"], "answer": value["answer"]})
        groups.append({"heading": block.value["heading"], "questions": rows, "id": block.id})
    return {"groups": groups}


def _policy(request: HttpRequest, page: Any, context: Context) -> Context:
    return {"changed_at": page.last_published_at if page.policy else None}


_MORE: dict[str, Callable[[HttpRequest, Any, Context], Context]] = {
    "guidepage": _article,
    "journalpostpage": _article,
    "comparisonpage": _comparison,
    "buyingaidpage": _aid,
    "guideindexpage": _guides,
    "journalindexpage": _journal,
    "homepage": _home,
    "landingpage": _landing,
    "faqpage": _faq,
    "contentpage": _policy,
}
