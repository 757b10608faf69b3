from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.catalogue.products.cleaning import clean_html, plain_text
from stoa.catalogue.products.rules import SLUG_LENGTH, free_slug, one_line, option_problem, sku_from, slugify
from stoa.catalogue.search.rules import fold, search_text, words

ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=300)  # lone surrogates included


@given(ANY_TEXT)
def test_a_slug_is_always_an_address(text):
    slug = slugify(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= SLUG_LENGTH
    assert slugify(slug) == slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Blaue Tässe", "blaue-tasse"),
        ("Æbleskive №1", "aebleskive-no1"),
        ("../../etc", "etc"),
        ("", "item"),
        ("-- --", "item"),
    ],
)
def test_slugs_of_titles(title, slug):
    assert slugify(title) == slug


@given(st.lists(st.sampled_from(["mug", "mug-2", "mug-3", "mug-4", "cup"]), unique=True))
def test_a_free_slug_is_free(taken):
    assert free_slug("mug", taken) not in taken


@given(ANY_TEXT)
def test_one_line_is_one_line(text):
    line = one_line(text)
    assert line == line.strip()
    assert not re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", line)
    assert one_line(line) == line


def test_a_sku_is_made_of_the_slug_and_the_values():
    assert sku_from("blue-mug", ["Größe L"]) == "BLUE-MUG-GROSSE-L"


def test_values_must_fit_the_options():
    options = [("Colour", ["Red", "Blue"]), ("Size", ["S"])]
    assert option_problem(options, ["Red", "S"]) == ""
    assert option_problem(options, ["Red"]) == "count"
    assert option_problem(options, ["Red", "XL"]) == "Size"
    assert option_problem([], []) == ""


HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt&#58;alert(1)">x</a>', '<a href=" &#x6A;avascript:alert(1)">x</a>', "<svg onload=alert(1)>",
    '<p style="background:url(javascript:1)" onclick="x()">hi</p>', "<iframe src=//evil.example></iframe>",
    '<a href="data:text/html,<script>1</script>">x</a>', '<form action="//evil.example"><input></form>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "<p>\x00<script\x00>alert(1)</script>", '<a href="vbscript:x">x</a>',
]  # fmt: skip


def is_harmless(html: str) -> bool:
    tags = re.findall(r"<[^>]*>", html)
    return not any(
        re.match(r"</?(script|style|iframe|object|svg|math|form|input|img)\b", tag, re.IGNORECASE)
        or re.search(r"\s(on\w+|style|src)\s*=", tag, re.IGNORECASE)
        or re.search(r"(javascript|vbscript|data)\s*:", tag, re.IGNORECASE)
        for tag in tags
    )


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_is_made_harmless(html):
    assert is_harmless(clean_html(html))


PIECES = st.one_of(st.sampled_from(HOSTILE), ANY_TEXT, st.sampled_from(["<p>", "</p>", "<!--", "-->", '"', "'", ">"]))


@given(st.lists(PIECES, max_size=6))
def test_any_mixture_is_made_harmless(parts):
    cleaned = clean_html("".join(parts))
    assert is_harmless(cleaned)
    assert clean_html(cleaned) == cleaned


def test_good_html_is_kept():
    html = '<h2>Care</h2><p>Wash at <strong>30</strong> °C, <a href="/pages/care/">see here</a>.</p><ul><li>Dry flat</li></ul>'
    assert clean_html(html).replace(' rel="noopener noreferrer"', "") == html


def test_plain_text_is_what_one_reads():
    assert plain_text("<p>Salt &amp; pepper</p><p>set</p><script>x</script>") == "Salt & pepper set"


@given(ANY_TEXT)
def test_folding_is_stable_and_plain(text):
    folded = fold(text)
    assert re.fullmatch(r"([a-z0-9]+( [a-z0-9]+)*)?", folded)
    assert fold(folded) == folded
    assert fold(text.upper()) == fold(text.upper().lower()) or not text.isascii()


@given(ANY_TEXT)
def test_a_query_has_few_words(text):
    found = words(text)
    assert len(found) <= 8
    assert len(set(found)) == len(found)


def test_accents_and_case_do_not_matter():
    assert fold("Crème BRÛLÉE, Ø 12 cm") == "creme brulee o 12 cm"
    assert search_text("Blue Mug", ["", "MUG-1", "Blue mug"]) == "blue mug\nmug 1"
