"""No look that is accepted has a text that cannot be read."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stoa.marketing.themes import rules
from stoa.marketing.themes.rules import DARK, LIGHT, Look, Palette

colours = st.builds(lambda r, g, b: f"#{r:02x}{g:02x}{b:02x}", *[st.integers(0, 255)] * 3)
palettes = st.builds(Palette, *[colours] * 6)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        # Reference values as published tools give them.
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
        ("#336699", "#336699", 1.0),
    ],
)
def test_contrast(one: str, other: str, ratio: float) -> None:
    assert round(rules.contrast(one, other), 2) == ratio
    assert rules.contrast(one, other) == rules.contrast(other, one)


def test_the_plain_look_passes() -> None:
    assert rules.failures(rules.PLAIN) == []
    assert rules.suggestion(LIGHT) == LIGHT
    assert rules.stylesheet(rules.PLAIN) == ""


@settings(max_examples=60, deadline=None)
@given(palettes)
@example(Palette("#777777", "#ffffff", "#000000", "#ffffff", "#777777", "#777777"))
@example(Palette("#000000", "#ffffff", "#777777", "#000000", "#000000", "#000000"))
@example(Palette("#ffffff", "#ffffff", "#ffffff", "#ffffff", "#ffffff", "#ffffff"))
@example(Palette("#767676", "#757575", "#767676", "#767676", "#767676", "#767676"))
def test_what_is_suggested_passes_and_keeps_the_background(palette: Palette) -> None:
    suggested = rules.suggestion(palette)
    assert suggested.background == palette.background
    look = Look(light=suggested, dark=suggested)
    assert rules.failures(look) == []
    made = rules.tokens(suggested)
    for pair in rules.PAIRS:
        assert rules.contrast(made[pair.front], made[pair.back]) >= pair.least


@settings(max_examples=60, deadline=None)
@given(palettes)
def test_what_passes_is_not_changed(palette: Palette) -> None:
    if rules.passes(palette):
        assert rules.suggestion(palette) == palette


def test_a_suggestion_moves_only_what_must_move() -> None:
    faint = replace(LIGHT, accent="#b9d8c6")
    suggested = rules.suggestion(faint)
    assert suggested == replace(faint, accent=suggested.accent)
    assert rules.contrast(suggested.accent, faint.background) >= 4.5
    assert [failure.pair.blame for failure in rules.failures(Look(light=faint))] == ["accent"] * 4
    assert {failure.scheme for failure in rules.failures(Look(light=faint))} == {"light"}


def test_the_style_sheet() -> None:
    css = rules.stylesheet(Look(light=replace(LIGHT, brand="#7a1f5c"), body="serif", radius="square", density="airy"))
    assert css.startswith("@layer tokens{:root{--font:Charter")
    assert "--accent:#7a1f5c;" in css
    assert "--radius-pill:0;" in css
    assert "--control:3.25rem;" in css
    assert css.count("prefers-color-scheme:dark") == 1
    assert css.count("{") == css.count("}")


@pytest.mark.parametrize("density", sorted(rules.DENSITIES))
def test_controls_are_never_too_small(density: str) -> None:
    size = re.search(r"--control:([\d.]+)rem", rules.stylesheet(Look(density=density, radius="soft")))
    assert size is not None
    assert float(size[1]) * 16 >= 44


@given(st.dictionaries(st.text(), st.text()) | st.none() | st.integers())
def test_odd_data_is_a_plain_look(data: object) -> None:
    look = rules.from_json(
        {"light": data, "dark": data, "body": data, "headings": data, "radius": data, "density": data}
    )
    assert look == rules.PLAIN


def test_a_stored_look_comes_back() -> None:
    look = Look(
        light=replace(DARK, sale="#ffffff"), body="own:" + "a" * 64, headings="slab", radius="soft", density="compact"
    )
    assert rules.from_json(rules.as_json(look)) == look


def test_nothing_but_colours_gets_into_the_style_sheet() -> None:
    evil = {"light": {"background": "#fff;}body{display:none", "text": "red"}, "body": "x;}", "radius": "1px;}"}
    assert rules.from_json(evil) == rules.PLAIN
