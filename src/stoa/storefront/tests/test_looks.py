"""The style sheet keeps to what looks may change: no colour of its own, no pair that is not tested."""

from __future__ import annotations

import re

from stoa.marketing.themes import rules
from stoa.marketing.themes.rules import LIGHT
from stoa.storefront.assets import finder

CSS = finder.bundle()


def test_no_component_has_colours_of_its_own() -> None:
    tokens = (finder.SOURCES / "tokens.css").read_text("utf-8")
    for part in finder.parts():
        if part.name == "tokens.css":
            continue
        text = re.sub(r"/\*.*?\*/", "", part.read_text("utf-8"), flags=re.DOTALL)
        values = " ".join(re.findall(r":([^;{}]+)[;}]", text))
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(|oklch\(", values), part.name
        named = set(re.findall(r"\b(?:white|black|red|green|blue|gray|grey|silver|yellow|orange)\b", values))
        assert not named, part.name
        for token in re.findall(r"var\((--[\w-]+)[,)]", text):
            assert f"{token}:" in tokens or f"{token}:" in text, (part.name, token)


def test_every_colour_of_the_style_sheet_is_made() -> None:
    """A new colour token must be derived from a palette, or themes would leave it as it was."""
    tokens = (finder.SOURCES / "tokens.css").read_text("utf-8")
    light, _, dark = tokens.partition("prefers-color-scheme: dark")
    coloured = {name for name, value in re.findall(r"(--[\w-]+): ([^;]+);", light) if re.match(r"#|rgb", value)}
    made = set(rules.tokens(LIGHT)) | {"--veil"}
    # The stage of films and pictures is dark in every look.
    assert coloured - {"--stage", "--stage-veil", "--on-stage"} == made
    assert {name for name, _value in re.findall(r"(--[\w-]+): ([^;]+);", dark)} == made | {"--shadow"}


def test_the_style_sheet_itself_passes() -> None:
    tokens = (finder.SOURCES / "tokens.css").read_text("utf-8")
    light, _, dark = tokens.partition("prefers-color-scheme: dark")
    for scheme in (light, dark):
        values = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", scheme))
        for pair in rules.PAIRS:
            assert rules.contrast(values[pair.front], values[pair.back]) >= pair.least, pair


def test_every_pair_of_the_style_sheet_is_tested() -> None:
    """Rules that set a text colour and its ground together name a pair that themes are tested for."""
    known = {(pair.front, pair.back) for pair in rules.PAIRS} | {
        ("--paper", "--ink"),
        ("--on-stage", "--stage"),
        ("--on-stage", "--stage-veil"),
    }
    for _selector, body in re.findall(r"([^{}]+)\{([^{}]+)\}", CSS):
        front = re.search(r"(?<![-\w])color: var\((--[\w-]+)\)", body)
        back = re.search(r"background(?:-color)?: var\((--[\w-]+)\)", body)
        if front and back:
            assert (front[1], back[1]) in known, body
