"""What a page does wrong on a phone, each in the smallest page that does it."""

from __future__ import annotations

import pytest

from stoa.marketing.phone import fields
from stoa.marketing.phone.reading import read
from stoa.marketing.phone.rules import BLOCKING, WARNING, Found, Verdict, asked_for, compare, findings
from stoa.marketing.phone.styles import declarations, pixels
from stoa.marketing.phone.wording import WORDS

HEAD = '<title>A mug</title><meta name="description" content="Blue.">'


def page(main: str, head: str = HEAD, heading: str = "<h1>A mug</h1>") -> str:
    return (
        f"<html><head>{head}</head><body><header><img src=/logo.svg></header><main>{heading}{main}</main></body></html>"
    )


def found(
    main: str, sizes: dict[str, int | None] | None = None, broken: tuple[str, ...] = (), **around: str
) -> list[Found]:
    return findings(read(page(main, **around)), "shop.example", sizes or {}, broken)


def codes(main: str, **around: str) -> list[tuple[str, str]]:
    return [(each.code, each.about) for each in found(main, **around)]


SIZED = 'width="4" height="3"'


def test_a_sound_page_has_no_findings():
    assert found(
        f"""<h2>Size</h2><h3>Wide</h3><img src="/a.jpg" {SIZED} alt="A mug"><a href="/c/mugs/">Mugs</a>
        <form><label for="e">E-mail</label><input id="e" name="email" type="email" autocomplete="section-a billing email">
        <label>How many <input name="quantity" type="number"></label><button>Buy</button><input type="submit"></form>
        <table><tr><td>Height</td><td>9 cm</td></tr></table><iframe src="/film/"></iframe>"""
    ) == []  # fmt: skip


def test_every_finding_has_words_and_blocks_or_warns():
    assert set(WORDS) == BLOCKING | WARNING
    assert set() == BLOCKING & WARNING


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        (f'<img src="/a.jpg" {SIZED}>', [("no_alt", "/a.jpg")]),
        (f'<div class="block block-picture"><img src="/a.jpg" {SIZED} alt=" "></div>', [("no_alt", "/a.jpg")]),
        (f'<div class="block block-picture"><a href="/x/"><img src="/a.jpg" {SIZED} alt=""></a></div>', [("no_alt", "/a.jpg")]),
        (f'<div class="block block-related"><img src="/a.jpg" {SIZED} alt=""></div>', []),
        # Decoration: outside of what a merchant put in, or beside the words of its link, or said to be.
        (f'<img src="/a.jpg" {SIZED} alt="">', []),
        (f'<div class="block block-picture"><a href="/x/"><img src="/a.jpg" {SIZED} alt=""> Mugs</a></div>', []),
        (f'<div class="block block-picture"><img src="/a.jpg" {SIZED} role="presentation"></div>', []),
        ('<img src="/a.jpg" width="4" alt="A mug">', [("no_size", "/a.jpg")]),
        (f'<img src="" {SIZED} alt="A mug">', [("missing_picture", "")]),
        ('<a href="/x/"></a>', [("no_name", "/x/")]),
        ('<a href="/x/" aria-label="Mugs"></a><a id="here"></a>', []),
        ('<button class="go"><svg><path/></svg></button>', [("no_name", "go")]),
        ('<button><svg><title>Go</title></svg></button>', []),
        (f'<a href="/x/"><img src="/a.jpg" {SIZED} alt="Mugs"></a>', []),
        ('<input type="image" id="go" src="/go.png">', [("no_name", "go")]),
        ('<input name="colour">', [("no_label", "colour")]),
        ('<input name="colour" placeholder="Colour">', [("no_label", "colour")]),
        ('<label for="c"></label><input id="c" name="colour">', [("no_label", "colour")]),
        ('<input name="colour" aria-label="Colour"><input type="hidden" name="x">', []),
        ('<input name="your-email" aria-label="E" autocomplete="email">', [("wrong_keyboard", "your-email")]),
        ('<input name="phone" type="number" aria-label="T" autocomplete="tel">', [("wrong_keyboard", "phone")]),
        ('<input name="email" type="text" inputmode="email" aria-label="E" autocomplete="email">', []),
        ('<input name="email" type="email" aria-label="E" autocomplete="off">', [("no_autofill", "email")]),
        ('<input name="zipCode" aria-label="Zip">', [("no_autofill", "zipCode")]),
        ('<input name="zip_code" aria-label="Zip" autocomplete="address-line1">', [("no_autofill", "zip_code")]),
        ('<div class="w" style="width: 600px">x</div>', [("too_wide", "w")]),
        ('<div class="w" style="width: 600px; max-width: 100%">x</div>', []),
        ('<div style="width: 360px">x</div>', []),
        ('<div style="overflow-x: auto"><div style="width: 600px">x</div></div>', []),
        ('<div class="table-scroll"><table width="900"><tr><td>x</td></tr></table></div>', []),
        ('<table id="t" width="900"><tr><td>x</td></tr></table>', [("too_wide", "t")]),
        ('<p class="s" style="FONT-SIZE: 9px">x</p>', [("tiny_text", "s")]),
        ('<p style="font-size: 0.75rem">x</p>', []),
        ('<a href="/x/" style="display:block;height:20px">x</a>', [("small_target", "/x/")]),
        ('<a href="/x/" style="height:20px;min-height:44px">x</a>', []),
        ('<iframe src="https://film.example/1"></iframe>', [("foreign_frame", "https://film.example/1")]),
        ('<iframe src="//film.example/1"></iframe>', [("foreign_frame", "//film.example/1")]),
        ('<h2>a</h2><h4>b</h4>', [("heading_jump", "b")]),
        ('<h1>Again</h1>', [("many_headings", "Again")]),
        ('<div hidden><a href="/x/"></a></div><template><img></template><div aria-hidden="true"><input name="hp"></div>', []),
    ],
)  # fmt: skip
def test_findings(main: str, expected: list[tuple[str, str]]):
    assert codes(main) == expected


def test_words_that_are_missing():
    assert codes("", head="") == [("no_title", ""), ("no_description", "")]
    assert codes("", heading="") == [("no_heading", "")]


def test_a_zip_code_in_one_word_is_known_too():
    assert codes('<input name="zip" aria-label="Zip">') == [("no_autofill", "zip")]


def test_a_table_of_long_words_is_a_guess_and_warns():
    cells = "".join(f"<td>{'x' * 12}</td>" for _ in range(4))
    [one] = found(f"<table><tr>{cells}</tr></table>")
    assert (one.code, one.detail, one.is_blocking) == ("wide_table", f"{4 * (12 * 8 + 16)} px", False)
    assert found(f'<div class="table-scroll"><table><tr>{cells}</tr></table></div>') == []


def test_broken_links_and_pictures_whose_file_is_gone():
    picture = f'<img src="/media/a.jpg" {SIZED} alt="A mug">'
    assert found(picture, {"/media/a.jpg": 1000}) == []
    assert found(picture, {"/media/a.jpg": None}) == [Found("missing_picture", "/media/a.jpg")]
    assert found("", broken=("/gone/",)) == [Found("broken_link", "/gone/")]


def test_the_weight_is_that_of_the_pictures_a_phone_takes():
    main = f"""<picture><source type="image/avif" srcset="/s.avif 320w, /m.avif 960w, /l.avif 1600w"><source srcset="/m.webp 960w">
        <img src="/m.jpg" {SIZED} alt="A mug"></picture>"""
    [picture] = read(page(main)).pictures
    assert asked_for(picture) == "/m.avif"
    assert found(main, {"/m.avif": 1_900_000, "/l.avif": 9_000_000, "/m.jpg": 9_000_000}) == []
    assert [(e.code, e.detail) for e in found(main, {"/m.avif": 3_000_000})] == [("heavy", "3.0 MB")]
    [heavy] = found(main * 3, {"/m.avif": 7_000_000})  # three times the same is loaded once
    assert (heavy.code, heavy.detail, heavy.is_blocking) == ("too_heavy", "7.0 MB", True)


def test_only_what_is_new_and_serious_blocks():
    alt, other, guess = Found("no_alt", "/a.jpg"), Found("no_alt", "/b.jpg"), Found("wide_table", "t", "400 px")
    assert compare([alt, guess], []) == Verdict((alt,), (guess,))
    assert compare([alt, guess], [alt]) == Verdict((), (alt, guess))
    assert compare([alt, other], [alt]) == Verdict((other,), (alt,))
    assert compare([alt, alt], [alt]) == Verdict((alt,), (alt,))
    assert compare([], [alt]) == Verdict()
    assert compare([Found("tiny_text", "p", "8 px")], [Found("tiny_text", "p", "9 px")]).blocking == ()


def test_styles():
    assert declarations("Width: 4px !important;;color : RED;x") == {"width": "4px", "color": "red"}
    assert [pixels(each) for each in ("4px", "3pt", "2rem", ".5em", "0", "7", "50%", "calc(1px)", "x-small", "")] == [
        4, 4, 32, 8, 0, None, None, None, 10, None,
    ]  # fmt: skip


def test_what_a_field_asks_for_stands_in_its_name():
    assert fields.asked("billing-e_mail") is fields.EMAIL
    assert fields.asked("contactPhone") is fields.PHONE
    assert fields.asked("hotel") is None
    assert fields.asked("") is None


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<main",
        "<main><table><td colspan=x></table></table></main></p>",
        "<main><a href='http://[x'>y</a>",
        "<!-- <main>",
    ],
)
def test_nothing_that_people_write_stops_the_reader(html: str):
    missing = {"no_title", "no_description", "no_heading"}
    assert {each.code for each in findings(read(html), "shop.example", {})} == missing


def test_a_page_of_many_blocks_is_read_in_a_moment():
    from time import perf_counter

    html = page('<div class="block block-picture"><p>Words <b>and</b> more</p><ul><li>a</li></ul></div>' * 3000)
    start = perf_counter()
    read(html)
    assert perf_counter() - start < 5
