from __future__ import annotations

import pytest

from stoa.catalogue.search.finding import Finder, Found, Synonyms
from stoa.catalogue.search.reading import Document
from stoa.catalogue.search.wordindex import in_memory


def document(pk: int, title: str, brand: str = "", labels: str = "", text: str = "", *codes: str) -> Document:
    return Document(pk, title, brand, labels, text, codes)


@pytest.fixture(scope="module")
def english() -> Finder:
    return Finder(
        in_memory(
            "en",
            [
                document(1, "Blue stoneware mug", "Kiln", "A calm piece\nBlue", "glazed by hand", "AB-12"),
                document(2, "Tea cup", "Loom", "Cups", "for tea"),
                document(3, "Crème brûlée dish", "", "For six"),
                document(4, "Six forks"),
                document(5, "T-shirt Basic", "Wear", "Clothing"),
                document(6, "Water bottle 500 ml", "Hydro", "Bottles", "", "4006381333931"),
                document(7, "AB 12 holder"),
                document(8, "Wall clock", "Stone", "", "keeps time over a mug of tea"),
                document(9, "水筒 500 ml", "", "日本語"),
            ],
        ),
        "en",
    )


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("blue mug", [1]), ("MUGS", [1, 8]), ("brulee dish", [3]), ("crème", [3]), ("six", [4, 3]),
        ("teacup", [2]), ("tea cups", [2]), ("tshirt", [5]), ("t shirt", [5]), ("T-Shirt", [5]),
        ("500ml bottle", [6]), ("500 ml bottle", [6]), ("waterbottle", [6]), ("bott", [6]), ("sto", [1, 8]),
        ("ab-12", [1, 7]), ("AB12", [1]), ("4006381333931", [6]), ("日本", [9]), ("水筒", [9]),
    ],
)  # fmt: skip
def test_found(english, text, ids):
    found = english.find(text)
    assert found.ids[: len(ids)] == ids
    assert (found.shown, found.is_partial) == ("", False)


@pytest.mark.parametrize(
    ("text", "shown", "first"),
    [
        ("stonware", "stoneware", 1), ("stnoeware mug", "stoneware mug", 1), ("hydor", "hydro", 6), ("bottel", "bottle", 6),
        ("ottle", "bottle", 6), ("dottle", "bottle", 6), ("basci shirt", "basic shirt", 5),
    ],
)  # fmt: skip
def test_slips_are_forgiven_and_told(english, text, shown, first):
    found = english.find(text)
    assert (found.shown, found.ids[0]) == (shown, first)


def test_a_wrong_first_letter_costs_more(english):
    assert english.vocabulary.corrections("cottle") == [("bottle", 1.5)]
    assert english.vocabulary.corrections("bottke")[0] == ("bottle", 1.0)
    assert english.vocabulary.corrections("mgu") == []


def test_some_of_the_words(english):
    found = english.find("blue zzzzzz")
    assert (found.ids, found.is_partial, found.dropped) == ([1], True, ("zzzzzz",))
    both = english.find("dish clock")
    assert (sorted(both.ids), both.is_partial, both.dropped) == ([3, 8], True, ())
    assert english.find("blue zzzzzz", is_relaxed=False).ids == []


def test_synonyms_of_one_and_of_several_words(english):
    synonyms = Synonyms({english.stems(("sofa",)): [("mug",)], english.stems(("morning", "vessels")): [("tea", "cup")]})
    assert english.find("sofas", synonyms).ids[0] == 1
    assert english.find("blue sofa", synonyms).ids == [1]
    assert english.find("morning vessel", synonyms).ids == [2]
    assert english.find("sofa").ids == []


def test_the_title_counts_more_than_the_text(english):
    assert english.find("mug").ids == [1, 8]
    assert english.find("stone").ids[0] == 8


@pytest.mark.parametrize(
    "text",
    ["", "   ", "mug AND (", '"', "title:*", "[1 TO", "^~2", "-mug +cup", "x" * 10_000, "mug " * 3000, "\x00", "\ud800",
     "🙂" * 50, "%", "_", "'; DROP", "\\", "a" * 61, "ß" * 100, "ﷺ" * 40],
)  # fmt: skip
def test_nothing_that_is_typed_fails(english, text):
    assert isinstance(english.find(text), Found)
    assert isinstance(english.completions(text, 5), list)


def test_completions(english):
    assert english.completions("blue st", 5) == ["stoneware"]
    assert set(english.completions("bo", 5)) == {"bottle", "bottles"}
    assert english.completions("blue ", 5) == []


def test_german_compounds_stems_and_umlauts():
    german = Finder(
        in_memory("de", [document(1, "Kaffeetassen Set"), document(2, "Tasse groß"), document(3, "Schlüsselanhänger")]),
        "de",
    )
    assert german.find("tasse").ids == [2, 1]
    assert german.find("Kaffee Tassen").ids == [1]
    assert german.find("GROSS").ids == [2]
    assert german.find("Schlüsselanhänger").ids == [3]
    assert german.find("schluesselanhaenger").ids == [3]
    assert (german.find("schlusselanhanger").ids, german.find("schlüselanhänger").ids) == ([3], [3])


def test_french_stems_are_not_german_ones():
    french = Finder(in_memory("fr", [document(1, "Chaises pliantes"), document(2, "Théière émaillée")]), "fr")
    assert french.find("chaise pliante").ids == [1]
    assert french.find("theieres emaillees").ids == [2]
