from __future__ import annotations

import pytest

from stoa.marketing.paths.rules import ALL, SEARCH, WAYS, Way, choices_of, new_choices, way_to

HOST = "shop.example:8000"
SHOP = f"http://{HOST}"


@pytest.mark.parametrize(
    ("referer", "way"),
    [
        ("", Way("direct")),
        ("https://elsewhere.example/p/x/", Way("outside")),
        ("http://shop.example.evil/", Way("outside")),
        ("http://[", Way("outside")),
        (f"{SHOP}/", Way("home")),
        ("HTTP://Shop.Example:8000/?utm_source=x", Way("home")),
        (f"{SHOP}/c/mugs/", Way("category", "mugs")),
        (f"{SHOP}/c/mugs/?page=2&sort=price", Way("category", "mugs")),
        (f"{SHOP}/c/mugs/?brand=Loom&brand=Loom&min=3", Way("category", "mugs", (("brand", "Loom"), ("price", "min")))),
        (f"{SHOP}/search/?q=mug", Way("search", SEARCH)),
        (f"{SHOP}/search/?q=%20&colour=red", Way("category", ALL, (("colour", "red"),))),
        (f"{SHOP}/p/teapot/?variant=3", Way("product")),
        (f"{SHOP}/guides/tea/", Way("content")),
        (f"{SHOP}/cart/", Way("other")),
        (f"{SHOP}/p/mug/?variant=2", None),
        (f"{SHOP}/admin/catalogue/", None),
    ],
)
def test_the_page_before_tells_the_way(referer: str, way: Way | None) -> None:
    assert way_to("/p/mug/", referer, HOST) == way
    assert way is None or way.name in WAYS


def test_a_suggestion_is_a_search_from_any_page_of_the_shop_and_from_no_other() -> None:
    assert way_to("/p/mug/", f"{SHOP}/", HOST, is_suggested=True) == Way("search")
    assert way_to("/p/mug/", "", HOST, is_suggested=True) == Way("direct")
    assert way_to("/p/mug/", "https://elsewhere.example/", HOST, is_suggested=True) == Way("outside")
    assert way_to("/p/mug/", f"{SHOP}/p/mug/", HOST, is_suggested=True) is None


def test_only_a_facet_makes_a_filter() -> None:
    way = Way("category", "mugs", (("brand", "Loom"), ("msclkid", "123")))
    assert way.filtered(frozenset({"brand"})) == Way("filter", "mugs", (("brand", "Loom"),))
    assert way.filtered(frozenset({"colour"})) == Way("category", "mugs")


def test_choices_are_bounded() -> None:
    assert choices_of("&".join(f"a{n}=1" for n in range(30)))[-1] == ("a19", "1")
    assert len(choices_of("&".join(f"a{n}=1" for n in range(30)))) == 12
    assert choices_of("&".join(f"a{n}=1" for n in range(60))) == ()
    assert choices_of(f"{'a' * 91}=1&b={'x' * 121}&c=") == ()


def test_only_what_was_not_chosen_before_is_new() -> None:
    chosen = (("brand", "Loom"), ("colour", "red"))
    assert new_choices(chosen, "/c/mugs/", f"{SHOP}/c/mugs/?brand=Loom", HOST) == ((("colour", "red"),), False)
    assert new_choices(chosen, "/c/mugs/", f"{SHOP}/c/mugs/?brand=Loom&colour=red&size=m", HOST) == ((), False)
    assert new_choices(chosen, "/c/mugs/", f"{SHOP}/c/pots/?brand=Loom", HOST) == (chosen, True)
    assert new_choices(chosen, "/c/mugs/", "", HOST) == (chosen, True)
