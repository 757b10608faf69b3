"""What the demo shop has to say: a home page in sections, guides, a comparison, a buying aid, answers, a journal, menus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from stoa.catalogue.categories.queries import tree
from stoa.catalogue.products.queries import first_pictures, live_products
from stoa.kernel import clock
from stoa.marketing.menus.actions import write_menu
from stoa.marketing.menus.rules import Node, node
from stoa.storefront.content.models import (
    BuyingAidPage,
    ComparisonPage,
    ContentPage,
    FaqPage,
    GuideIndexPage,
    GuidePage,
    HomePage,
    JournalIndexPage,
    JournalPostPage,
    LandingPage,
)
from stoa.storefront.content.writing import block, write, write_author
from stoa.world.demo import words
from stoa.world.demo.pages import QUESTIONS

if TYPE_CHECKING:
    from wagtail.models import Page

    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What there is to write about: numbers by title and by slug."""

    goods: dict[str, int]
    pictures: dict[str, int]
    categories: dict[str, int]

    def some(self, *titles: str) -> list[int]:
        return [self.goods[title] for title in titles if title in self.goods]


def write_reading(market: Market, *, actor: Actor) -> None:
    """Pictures have to hang already. About a second."""
    market.refresh_from_db()
    shelf = _shelf()
    ines = write_author("ines-keller", "Ines Keller", actor=actor, role="founder", bio=words.INES).pk
    tomas = write_author("tomas-reuter", "Tomás Reuter", actor=actor, role="buys for the kitchen", bio=words.TOMAS).pk
    guides = write(
        GuideIndexPage, "guides", "Guides and advice", actor=actor, intro="How to choose well, and keep what you chose."
    )
    journal = write(
        JournalIndexPage, "journal", "Journal", actor=actor, intro="Workshops, materials, and how things are made."
    )
    light = _guide(shelf, guides, ines, actor)
    _care_guide(shelf, guides, tomas, actor)
    pans = _comparison(shelf, guides, tomas, actor)
    aid = _aid(shelf, guides, ines, actor)
    _answers(actor)
    _posts(shelf, journal, ines, tomas, actor)
    _home(market, shelf, journal, guides, aid, actor)
    _campaign(shelf, actor)
    _menus(market, shelf, {"light": light, "pans": pans, "aid": aid, "journal": journal, "guides": guides}, actor)


def _shelf() -> Shelf:
    goods = dict(live_products().values_list("title", "pk"))
    views = first_pictures(list(goods.values()), 4)
    pictures = {title: views[pk][-1].id for title, pk in goods.items() if views.get(pk)}
    return Shelf(goods, pictures, {each.slug: each.id for each in tree()})


def _text(html: str) -> Block:
    return block("text", html)


def _product(shelf: Shelf, title: str, why: str) -> list[Block]:
    return [block("product", {"product": pk, "words": why}) for pk in shelf.some(title)]


def _row(heading: str, **value: Any) -> Block:
    return block(
        "products", {"heading": heading, "rule": "featured", "category": "", "count": 4, "chosen": [], **value}
    )


def _guide(shelf: Shelf, guides: Page, author: int, actor: Actor) -> Page:
    return write(
        GuidePage, "choosing-a-lamp", "How to choose a lamp for every corner", actor=actor, below=guides,
        at=clock.now() - timedelta(days=40), author_id=author, picture_id=shelf.pictures.get("Reading lamp Anna"),
        intro="Three kinds of light make a room: one to see by, one to work by and one to sit by.",
        body=[
            _text(words.LAMPS[0]),
            *_product(shelf, "Reading lamp Anna", "To read by"),
            _text(words.LAMPS[1]),
            *_product(shelf, "Pendant Dome", "Above the table"),
            block("note", {"heading": "How bright?", "text": words.LAMPS_NOTE}),
            _text(words.LAMPS[2]),
            _row("Light in stock", category=str(shelf.categories.get("lighting", "")), count=4),
            *(block("question", {"question": question, "answer": answer}) for question, answer in words.LAMP_QUESTIONS),
        ],
        tags=["Light", "Choosing"], categories=_some(shelf, "lighting"),
        products=shelf.some("Reading lamp Anna", "Pendant Dome", "Floor lamp Column"),
    )  # fmt: skip


def _care_guide(shelf: Shelf, guides: Page, author: int, actor: Actor) -> Page:
    return write(
        GuidePage, "looking-after-iron-and-wood", "Looking after iron, wood and linen", actor=actor, below=guides,
        at=clock.now() - timedelta(days=75), author_id=author, picture_id=shelf.pictures.get("End-grain board"),
        intro="Ten minutes a month, and they outlive us. What to do, and what never to do.",
        body=[
            _text(words.CARE[0]), *_product(shelf, "Iron pan 28 cm", "Gets better with use"), _text(words.CARE[1]),
            *_product(shelf, "End-grain board", "Kind to knives"), block("quote", words.CARE_QUOTE), _text(words.CARE[2]),
        ],
        tags=["Care", "Kitchen"], categories=_some(shelf, "kitchen"),
        products=shelf.some("Iron pan 28 cm", "End-grain board", "Cook's knife 20 cm"),
    )  # fmt: skip


def _comparison(shelf: Shelf, guides: Page, author: int, actor: Actor) -> Page:
    picks = [
        block("pick", {"label": label, "product": pk, "verdict": verdict, "pros": pros, "cons": cons})
        for label, title, verdict, pros, cons in words.PICKS
        for pk in shelf.some(title)
    ]
    return write(
        ComparisonPage, "pan-casserole-or-kettle", "Pan, casserole or kettle: what to buy first", actor=actor, below=guides,
        at=clock.now() - timedelta(days=20), author_id=author, picture_id=shelf.pictures.get("Casserole"),
        intro="Three pieces for a stove, used for a year in our own kitchen. Which one earns its place first?",
        picks=picks, body=[_text(words.PICKS_END)], tags=["Kitchen", "Choosing"], categories=_some(shelf, "kitchen"),
        products=shelf.some("Iron pan 28 cm", "Casserole", "Enamel kettle"),
    )  # fmt: skip


def _aid(shelf: Shelf, guides: Page, author: int, actor: Actor) -> Page:
    def answer(label: str, category: str = "", least: str | None = None, most: str | None = None) -> dict[str, Any]:
        number = str(shelf.categories.get(category, ""))
        return {"label": label, "category": number, "attribute": "", "value": "", "at_least": least, "at_most": most}

    questions = [
        {"question": "Who is it for?", "help": "It need not be a person.", "answers": [
            answer("Somebody who cooks", "kitchen"), answer("Somebody who sets a table", "ceramics"),
            answer("Somebody who reads late", "lighting"), answer("Somebody with a garden", "garden"),
            answer("Somebody who is hard to please", "stationery"),
        ]},
        {"question": "How much may it cost?", "help": "Wrapping is free.", "answers": [
            answer("Up to €25", most="25"), answer("€25 to €75", least="25", most="75"), answer("More than that", least="75"),
        ]},
    ]  # fmt: skip
    return write(
        BuyingAidPage, "find-a-present", "Find a present in two questions", actor=actor, below=guides, author_id=author,
        at=clock.now() - timedelta(days=12), picture_id=shelf.pictures.get("Linen cushion"),
        intro="Tell us who it is for and what it may cost. Everything we show is in stock and leaves tomorrow.",
        questions=[block("question", each) for each in questions], body=[_text(words.AID_END)], tags=["Choosing"],
        categories=_some(shelf, "stationery", "ceramics"),
    )  # fmt: skip


def _answers(actor: Actor) -> None:
    groups = [("Ordering", QUESTIONS), ("Goods", words.GOODS_QUESTIONS)]
    write(
        FaqPage, "questions", "Questions and answers", actor=actor, intro="What people ask us most.", show_in_menus=True,
        body=[
            block("group", {"heading": heading, "questions": [{"question": ask, "answer": say} for ask, say in pairs]})
            for heading, pairs in groups
        ],
    )  # fmt: skip


def _posts(shelf: Shelf, journal: Page, ines: int, tomas: int, actor: Actor) -> None:
    authors = {"ines": ines, "tomas": tomas}
    for slug, title, by, days, picture, intro, parts, product, tags in words.POSTS:
        body = [_text(parts[0]), *_product(shelf, product, ""), *map(_text, parts[1:])]
        write(
            JournalPostPage, slug, title, actor=actor, below=journal, at=clock.now() - timedelta(days=days), intro=intro,
            author_id=authors[by], picture_id=shelf.pictures.get(picture), body=body, tags=tags,
            products=shelf.some(product),
        )  # fmt: skip


def _home(market: Market, shelf: Shelf, journal: Page, guides: Page, aid: Page, actor: Actor) -> None:
    def link(label: str = "", page: Page | None = None, address: str = "") -> dict[str, Any]:
        return {"label": label, "page": page.pk if page else None, "address": address}

    story = {
        "eyebrow": "How we choose", "heading": "We visit every workshop before we buy a single cup", "text": words.STORY,
        "picture": shelf.pictures.get("Everyday mug"), "alt": "A mug in use on a table", "side": "right",
        "button": link("About us", address="/about/"),
    }  # fmt: skip
    help_out = {
        "eyebrow": "Two questions", "heading": "Looking for a present?", "text": words.PRESENT, "side": "left",
        "picture": shelf.pictures.get("Linen cushion"), "alt": "Linen cushions", "button": link("Find a present", page=aid),
    }  # fmt: skip
    hero = {
        "heading": market.hero_title, "text": market.hero_text, "picture": market.hero_id, "layout": "beside",
        "alt": "Ceramics and textiles between pillars in morning light",
        "button": link("See what is new", address="/search/?sort=newest"), "second": link("Read the guides", page=guides),
    }  # fmt: skip
    write(
        HomePage, "welcome", "Home", actor=actor, seo_title=f"{market.shop_name} – {market.tagline}",
        search_description=market.hero_text,
        body=[
            block("hero", hero), block("trust", None),
            _row("Favourites", chosen=shelf.some("Everyday mug", "Linen cushion", "Reading lamp Anna", "Casserole")),
            block("categories", {"heading": "", "chosen": []}), block("story", story),
            _row("Just in", rule="newest"), block("story", help_out),
            block("reading", {"heading": "From the journal", "kind": "journal", "count": 3}),
        ],
    )  # fmt: skip


def _campaign(shelf: Shelf, actor: Actor) -> None:
    hero = {
        "heading": "The long evening", "text": words.EVENING, "picture": shelf.pictures.get("Storm lantern"), "layout": "beside",
        "alt": "A storm lantern on a step", "button": {"label": "To the light", "page": None, "address": "/c/lighting/"},
        "second": {"label": "", "page": None, "address": ""},
    }  # fmt: skip
    write(
        LandingPage, "evening", "The long evening", actor=actor, intro=words.EVENING,
        body=[
            block("hero", hero), _row("To light", category=str(shelf.categories.get("lighting", ""))),
            _row("To wrap up in", category=str(shelf.categories.get("textiles", ""))), block("trust", None),
        ],
    )  # fmt: skip


def _some(shelf: Shelf, *slugs: str) -> list[int]:
    return [shelf.categories[slug] for slug in slugs if slug in shelf.categories]


def _menus(market: Market, shelf: Shelf, pages: dict[str, Page], actor: Actor) -> None:
    def heading(label: str, *children: Node) -> Node:
        return {**node(label.lower().replace(" ", "-")[:40], "heading", label=label), "children": list(children)}

    def shelves(place: str, *slugs: str) -> list[Node]:
        return [node(f"{place}-{pk}", "category", target=pk) for pk in _some(shelf, *slugs)]

    def page(place: str, key: str, label: str = "") -> Node:
        return node(f"{place}-{key}", "page", target=pages[key].pk, label=label)

    header = [
        heading("For the table", *shelves("head", "ceramics", "kitchen", "bath-pantry")),
        heading("For the house", *shelves("head", "lighting", "textiles", "garden")),
        *shelves("head", "clothing", "bags", "stationery"),
        heading("Advice", page("head", "aid"), page("head", "light"), page("head", "pans"), page("head", "guides", "All guides")),
        page("head", "journal"),
    ]  # fmt: skip
    wanted = {"delivery", "returns", "questions", "contact", "privacy", "terms", "imprint"}
    helping = {each.slug: each.pk for model in (ContentPage, FaqPage) for each in model.objects.filter(slug__in=wanted)}

    def words_of(*slugs: str) -> list[Node]:
        return [node(f"foot-{slug}", "page", target=helping[slug]) for slug in slugs if slug in helping]

    footer = [
        heading("Read", page("foot", "guides", "Guides and advice"), page("foot", "journal"),
                node("foot-about", "link", label="About us", address="/about/")),
        heading("Help", *words_of("delivery", "returns", "questions", "contact")),
        heading("The small print", *words_of("privacy", "terms", "imprint")),
    ]  # fmt: skip
    write_menu(market.pk, "header", header, actor=actor)
    write_menu(market.pk, "footer", footer, actor=actor)
