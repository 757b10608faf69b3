from __future__ import annotations

import pytest

from stoa.catalogue.categories.queries import category_by_slug
from stoa.catalogue.models import Curation, Synonym
from stoa.catalogue.products.data import OptionData, VariantData
from stoa.catalogue.products.queries import Chosen, listing
from stoa.catalogue.search import facts
from stoa.catalogue.search.actions import delete_synonym, save_curation, save_synonym
from stoa.catalogue.search.errors import CurationInvalidError, SynonymInvalidError
from stoa.catalogue.search.queries import curations, suggest, synonyms
from stoa.catalogue.testing import make_category, make_market, make_product
from stoa.catalogue.types.actions import define_attribute, define_type, set_attributes, set_type
from stoa.catalogue.types.data import ChoiceData
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.models import AuditEntry
from stoa.kernel.errors import NotFoundError

pytestmark = pytest.mark.django_db
COLOURS, SIZES = OptionData("Colour", ("Red", "Dark blue")), OptionData("Size", ("S", "M"))


@pytest.fixture
def market():
    return make_market()


def shirt(title: str, *pairs: tuple[str, str], price: int = 1000, **fields):
    variants = [VariantData(f"{title}-{c}-{s}", (c, s), price_minor=price) for c, s in pairs]
    return make_product(title, options=[COLOURS, SIZES], variants=variants, **fields)


def titles(found) -> list[str]:
    return [card.title for card in found.items]


def counts(found, code: str) -> dict[str, int]:
    return {
        value.value: value.count for facet in found.facets.attributes if facet.code == code for value in facet.values
    }


def test_a_choice_leaves_the_other_values_of_its_facet(market):
    shirt("A", ("Red", "S"), ("Dark blue", "M"))
    shirt("B", ("Red", "M"))
    shirt("C", ("Dark blue", "S"))
    everything = listing(market)
    assert (counts(everything, "colour"), counts(everything, "size")) == ({"red": 2, "dark-blue": 2}, {"s": 2, "m": 2})
    red = listing(market, chosen=Chosen(attributes={"colour": ("red",)}), sort="title")
    assert (titles(red), red.total) == (["A", "B"], 2)
    # Of the red ones, S is had by A and M by B; the blue of A is no reason to count A for M.
    assert (counts(red, "colour"), counts(red, "size")) == ({"red": 2, "dark-blue": 2}, {"s": 1, "m": 1})
    both = listing(market, chosen=Chosen(attributes={"colour": ("red", "dark-blue"), "size": ("m",)}), sort="title")
    assert titles(both) == ["A", "B"]
    facet = next(facet for facet in both.facets.attributes if facet.code == "colour")
    assert (facet.label, [(v.label, v.is_chosen) for v in facet.values]) == (
        "Colour",
        [("Red", True), ("Dark blue", True)],
    )


def test_no_value_leads_to_an_empty_list(market):
    shirt("A", ("Red", "S"), brand="Kiln")
    shirt("B", ("Red", "M"), brand="Loom", price=5000)
    shirt("C", ("Dark blue", "S"), brand="Kiln")
    chosen = Chosen(("Kiln",), attributes={"size": ("s",)})
    found = listing(market, chosen=chosen)
    for facet in found.facets.attributes:
        for value in facet.values:
            assert value.count > 0
            after = listing(
                market, chosen=Chosen(("Kiln",), attributes={**chosen.attributes, facet.code: (value.value,)})
            )
            assert after.total == value.count
    for brand, count in found.facets.brands:
        assert listing(market, chosen=Chosen((brand,), attributes=chosen.attributes)).total == count
    # What was chosen and matches nothing can still be taken away.
    nothing = listing(market, chosen=Chosen(("Gone",), min_price=9000, attributes={"size": ("m",), "nosuch": ("x",)}))
    assert (nothing.total, ("Gone", 0) in nothing.facets.brands, counts(nothing, "size")["m"]) == (0, True, 0)


def test_attributes_with_units_and_choices(market):
    oak_and_ash = (ChoiceData("Oak", "oak"), ChoiceData("Ash", "ash"))
    define_attribute("material", name="Material", kind="choice", is_facet=True, choices=oak_and_ash, actor=SYSTEM)
    define_attribute("volume", name="Volume", kind="number", unit="ml", is_facet=True, actor=SYSTEM)
    define_attribute("secret", name="Secret", kind="text", actor=SYSTEM)
    kind = define_type("cup", name="Cup", attributes=("volume", "material", "secret"), actor=SYSTEM)
    for title, oak, ml in (("One", "oak", "90"), ("Two", "ash", "350"), ("Three", "oak", "1000")):
        product = make_product(title)
        set_type(product.pk, kind.pk, actor=SYSTEM)
        set_attributes(product.pk, {"material": oak, "volume": ml, "secret": title}, actor=SYSTEM)
    found = listing(market)
    assert [facet.code for facet in found.facets.attributes] == ["volume", "material"]
    assert [(v.value, v.label.replace("\xa0", " "), v.count) for v in found.facets.attributes[0].values] == [
        ("90", "90 ml", 1), ("350", "350 ml", 1), ("1000", "1000 ml", 1),
    ]  # fmt: skip
    assert [(v.value, v.label) for v in found.facets.attributes[1].values] == [("oak", "Oak"), ("ash", "Ash")]
    some = listing(market, chosen=Chosen(attributes={"material": ("oak",), "volume": ("90", "350")}))
    assert titles(some) == ["One"]
    assert titles(listing(market, text="ash")) == ["Two"]
    assert titles(listing(market, text="350ml")) == ["Two"]


def test_categories_below_are_counted(market):
    home = make_category("Home")
    kitchen, bath = make_category("Kitchen", home), make_category("Bath", home)
    cups = make_category("Cups", kitchen)
    make_category("Empty", home)
    make_product("Cup", categories=[cups.id], brand="Kiln")
    make_product("Towel", categories=[bath.id])
    make_product("Both", categories=[kitchen.id, bath.id])
    node = category_by_slug("home")
    found = listing(market, category=node)
    assert [(child.name, count) for child, count in found.facets.categories] == [("Kitchen", 2), ("Bath", 2)]
    found = listing(market, category=node, chosen=Chosen(("Kiln",)))
    assert [(child.name, count) for child, count in found.facets.categories] == [("Kitchen", 1)]
    assert [child.name for child, _ in listing(market, text="cup").facets.categories] == ["Home"]


def test_stock_is_asked_above(market, monkeypatch):
    here = shirt("Here", ("Red", "S"), ("Red", "M"))
    gone = shirt("Gone", ("Red", "S"))
    has = {here.variants.get(title="Red / M").pk}
    monkeypatch.setitem(facts._sources, "availability", lambda market, ids: has)
    monkeypatch.setitem(facts._sources, "sold", lambda ids: {gone.pk: 3, here.pk: 1})
    assert listing(market).facets.available == 1
    assert titles(listing(market, chosen=Chosen(in_stock=True))) == ["Here"]
    # Its S is sold out: no dead end by way of the M.
    assert listing(market, chosen=Chosen(in_stock=True, attributes={"size": ("s",)})).total == 0
    assert counts(listing(market, chosen=Chosen(in_stock=True)), "size") == {}
    assert titles(listing(market, sort="best-selling")) == ["Gone", "Here"]
    with pytest.raises(ValueError, match="no fact"):
        facts.register("weather", lambda ids: {})


def test_synonyms(market):
    make_product("Settee")
    make_product("Sofa bed")
    row = save_synonym("Sofa", ["settee", "three-seater", "SOFA"], actor=SYSTEM)
    assert (row.words, row.others) == ("sofa", ["settee", "three seater"])
    assert set(titles(listing(market, text="sofas"))) == {"Settee", "Sofa bed"}
    assert set(titles(listing(market, text="three seater"))) == {"Settee", "Sofa bed"}
    save_synonym("sofa", ["settee"], actor=SYSTEM, is_two_way=False)
    assert Synonym.objects.count() == 1
    assert titles(listing(market, text="settee")) == ["Settee"]
    assert list(synonyms()) == [Synonym.objects.get()]
    for words, others in (("", ["x"]), ("x", []), ("x", ["x", "!"]), ("a" * 101, ["x"])):
        with pytest.raises(SynonymInvalidError):
            save_synonym(words, others, actor=SYSTEM)
    delete_synonym(Synonym.objects.get().pk, actor=SYSTEM)
    with pytest.raises(NotFoundError):
        delete_synonym(row.pk, actor=SYSTEM)
    assert titles(listing(market, text="sofa")) == ["Sofa bed"]
    assert list(AuditEntry.objects.filter(subject_type="synonym").values_list("verb", flat=True).order_by("pk")) == [
        "synonym.saved", "synonym.saved", "synonym.deleted",
    ]  # fmt: skip


def test_results_by_hand(market):
    one, two, three = make_product("Mug one"), make_product("Mug two"), make_product("Teapot")
    save_curation(market.pk, "Mugs!", pinned=[three.pk, two.pk], hidden=[one.pk], actor=SYSTEM)
    found = listing(market, text="mugs")
    assert (titles(found), found.total) == (["Teapot", "Mug two"], 2)
    assert set(titles(listing(market, text="mug"))) == {"Mug one", "Mug two"}
    assert [(row.text, row.kind, row.product_id) for row in curations(market.pk, "mugs")] == [
        ("mugs", "pin", three.pk), ("mugs", "pin", two.pk), ("mugs", "hide", one.pk),
    ]  # fmt: skip
    for text, pinned in (("", [one.pk]), ("x" * 101, [one.pk]), ("x", list(range(60)))):
        with pytest.raises(CurationInvalidError):
            save_curation(market.pk, text, pinned=pinned, actor=SYSTEM)
    with pytest.raises(NotFoundError):
        save_curation(market.pk, "x", pinned=[10**9], actor=SYSTEM)
    save_curation(market.pk, "mugs", actor=SYSTEM)
    assert Curation.objects.count() == 0


def test_suggestions(market):
    shelf = make_category("Stoneware")
    make_product("Stoneware mug", categories=[shelf.id])
    make_product("Stone vase")
    found = suggest(market, "ston")
    assert {card.title for card in found.cards} == {"Stoneware mug", "Stone vase"}
    assert [node.name for node in found.categories] == ["Stoneware"]
    assert set(found.completions) == {"stone", "stoneware"}
    assert suggest(market, "mug sto").completions == ["mug stoneware"]
    assert suggest(market, "stnoeware").shown == "stoneware"
    for nothing in ("", "  ", "🙂", "'\"", "\x00", "zzzz" * 500):
        assert suggest(market, nothing).cards == []
