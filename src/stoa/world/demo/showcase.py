"""Product pages that show what blocks can do: three of the shop's goods, written up as a merchant would."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import ProductChanges
from stoa.catalogue.products.selling import body_of, pictures_of, products_by_title
from stoa.catalogue.videos.actions import store_video

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

# Made of the demo's own drawings: four seconds, without sound.
FILM = Path(__file__).parent / "film.webm"
Block = dict[str, Any]


def dress(*, actor: Actor) -> None:
    """Write the three pages. Their pictures have to hang already."""
    goods = products_by_title()
    if MUG in goods:
        _write(goods[MUG], _mug(goods, actor), actor)
    if SWEATER in goods:
        _write(goods[SWEATER], _sweater(goods), actor)
    if KETTLE in goods:
        _write(goods[KETTLE], _kettle(goods), actor)


MUG, SWEATER, KETTLE = "Everyday mug", "Fisherman's sweater", "Enamel kettle"


def _write(product_id: int, blocks: list[Block], actor: Actor) -> None:
    update_product(product_id, ProductChanges(body=[*body_of(product_id), *blocks]), actor=actor)


def _block(kind: str, **value: Any) -> Block:
    return {"type": kind, "value": value}


def _pks(goods: dict[str, int], *titles: str) -> list[int]:
    return [goods[title] for title in titles if title in goods]


def _pictures(product_id: int, captions: dict[str, str]) -> list[dict[str, Any]]:
    """A product's last pictures (in use, close up) with words below them."""
    last = pictures_of(product_id)[-len(captions) :]
    return [
        {"picture": picture_id, "alt": alt, "caption": caption}
        for (picture_id, alt), caption in zip(last, captions.values(), strict=False)
    ]


def _questions(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"question": question, "answer": f"<p>{answer}</p>"} for question, answer in pairs]


def _trust() -> Block:
    return _block("trust", heading="", lines=["delivery", "returns", "payment", "contact", "company"])


def _mug(goods: dict[str, int], actor: Actor) -> list[Block]:
    own = goods[MUG]
    blocks = [
        _block(
            "gallery", heading="On the table, and in the hand", layout="grid",
            pictures=_pictures(own, {"use": "At breakfast, where it is needed first.", "close": "The glaze breaks at the rim."}),
        ),
    ]  # fmt: skip
    if FILM.exists():
        poster = next((picture_id for picture_id, _ in pictures_of(own)), None)
        film = store_video(
            ContentFile(FILM.read_bytes(), "film.webm"),
            "The everyday mug, all around",
            actor=actor,
            poster_id=poster,
        )
        blocks.append(
            _block(
                "video", video=film.pk, url="", title="The everyday mug in three glazes", poster=None, caption="",
                is_in_gallery=True,
            )
        )  # fmt: skip
    return [
        *blocks,
        _block(
            "comparison", heading="Which cup for which coffee?", has_this=True,
            products=_pks(goods, "Espresso cups, set of two", "Breakfast bowl", "Milk jug"),
        ),
        _block(
            "together", heading="A quiet breakfast", has_this=True,
            text="Mug, bowl and plate come from the same kiln, and their glazes belong to each other.",
            products=_pks(goods, "Breakfast bowl", "Dinner plate"),
        ),
        _block(
            "faq", heading="What people ask before they buy it",
            questions=_questions(
                ("May it go into the dishwasher?", "Yes. The glaze is fired at 1,240 °C and takes it for years."),
                ("And into the microwave?", "Yes, there is no metal in it. The handle stays cool for about two minutes."),
                ("Does every mug look the same?", "No. They are thrown by hand, and the glaze runs as it likes."),
                ("How much goes into it?", "A third of a litre, up to a finger below the rim."),
            ),
        ),
        _trust(),
        _block("related", heading="Often in the same parcel", rule="together", products=[], count=4),
    ]  # fmt: skip


def _sweater(goods: dict[str, int]) -> list[Block]:
    return [
        _block(
            "sizes", heading="Which size fits",
            table=(
                "Size | Chest (cm) | Length (cm) | Sleeve (cm)\nS | 92–96 | 66 | 61\nM | 98–104 | 68 | 63\n"
                "L | 106–112 | 71 | 65\nXL | 114–120 | 73 | 66"
            ),
            help=(
                "<p>Lay a sweater that you like flat on a table and measure from armpit to armpit, twice. Between two sizes take"
                " the <b>smaller</b> one for the street and the <b>larger</b> one for the deck.</p>"
            ),
        ),
        _block(
            "together", heading="Warm from head to foot", has_this=True, text="One parcel, one delivery.",
            products=_pks(goods, "Merino beanie", "Wool socks, two pairs"),
        ),
        _block(
            "faq", heading="",
            questions=_questions(
                ("Does it scratch?", "A little, on the first day. It is wool as sheep wear it, and softens with wearing."),
                ("How do I wash it?", "By hand, in cold water, twice a winter. Dry it lying down."),
                ("Will it shrink?", "Not in cold water. In a hot drum it fits a child afterwards."),
            ),
        ),
        _trust(),
    ]  # fmt: skip


def _kettle(goods: dict[str, int]) -> list[Block]:
    return [
        _block(
            "gallery", heading="", layout="row",
            pictures=_pictures(goods[KETTLE], {"use": "It is at home on any hob.", "close": "Three coats of enamel."}),
        ),
        _block(
            "comparison", heading="Pots that stay", has_this=True,
            products=_pks(goods, "Casserole", "Iron pan 28 cm", "Teapot for three"),
        ),
        _block(
            "faq", heading="Good to know",
            questions=_questions(
                ("Does it work on induction?", "Yes, its base is steel. It needs a small field, 14 cm or less."),
                ("What is to be done about limescale?", "Boil water with two spoons of citric acid, and rinse."),
                ("Does it whistle?", "No. It is a kettle for people who stay in the kitchen."),
            ),
        ),
        _trust(),
    ]  # fmt: skip
