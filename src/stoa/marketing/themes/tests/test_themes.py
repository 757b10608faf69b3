"""Looks are kept only where they can be read, and take effect at once."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from django.test import Client

from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.testing import make_market
from stoa.kernel.actors import SYSTEM
from stoa.kernel.models import AuditEntry
from stoa.kernel.pagecache.models import CachePurge
from stoa.marketing.themes import actions, queries, rules, woff2
from stoa.marketing.themes.errors import FontInUseError, FontInvalidError, ThemeUnreadableError
from stoa.marketing.themes.models import Theme, ThemeFont
from stoa.marketing.themes.rules import DARK, LIGHT, Look

pytestmark = pytest.mark.django_db
PLUM = Look(light=replace(LIGHT, brand="#7a1f5c", accent="#7a1f5c"), radius="soft")
FAINT = Look(light=replace(LIGHT, text="#cccccc"))


@pytest.fixture
def market(db: None):
    make_market()
    return default_market()


def woff(size: int = 100, **wrong: int) -> bytes:
    facts = {"flavour": 0x00010000, "length": size, "tables": 9, "reserved": 0, "full": 900, "packed": 40, **wrong}
    head = struct.pack(
        ">4sIIHHIIHHIIIII", b"wOF2", facts["flavour"], facts["length"], facts["tables"], facts["reserved"], facts["full"],
        facts["packed"], 1, 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    return head + bytes(size - len(head))


def test_a_plain_shop_needs_no_style_sheet_of_its_own(market, client: Client) -> None:
    assert queries.stylesheet(market) == ""
    assert queries.dress(market.pk).stylesheet == ""
    assert b"/theme-" not in client.get("/").content


def test_a_look_is_on_the_next_page(market, client: Client) -> None:
    actions.try_out(market.pk, PLUM, actor=SYSTEM)
    assert b"/theme-" not in client.get("/").content
    CachePurge.objects.all().delete()
    actions.publish_theme(market.pk, actor=SYSTEM)
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"theme"}
    address = queries.dress(market.pk).stylesheet
    assert address.encode() in client.get("/").content
    response = client.get(address)
    assert "--accent:#7a1f5c;" in response.content.decode()
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Type"] == "text/css; charset=utf-8"
    older = client.get("/theme-0123456789abcdef.css")
    assert (older.content, older["Cache-Control"]) == (response.content, "no-cache")
    assert "theme" in client.get("/")["X-Stoa-Cache-Tags"].split()


def test_what_cannot_be_read_is_not_kept_by_any_way(market) -> None:
    for way in (actions.try_out, actions.set_theme):
        with pytest.raises(ThemeUnreadableError) as refusal:
            way(market.pk, FAINT, actor=SYSTEM)
        assert ("light", "--ink", "--paper", "1.53") in refusal.value.facts["failures"]
    assert not Theme.objects.exclude(look={}, draft=None).exists()
    Theme.objects.update_or_create(market_id=market.pk, defaults={"draft": rules.as_json(FAINT)})
    with pytest.raises(ThemeUnreadableError):
        actions.publish_theme(market.pk, actor=SYSTEM)
    assert queries.look_of(market.pk) == rules.PLAIN


def test_reset_and_one_step_back(market) -> None:
    actions.set_theme(market.pk, PLUM, actor=SYSTEM)
    actions.reset_theme(market.pk, actor=SYSTEM)
    assert queries.look_of(market.pk) == rules.PLAIN
    actions.take_back(market.pk, actor=SYSTEM)
    assert queries.look_of(market.pk) == PLUM
    verbs = AuditEntry.objects.filter(subject_type="theme").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["theme.published", "theme.reset", "theme.taken_back"]


def test_a_typeface_is_checked_kept_once_and_not_removed_while_used(market, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    font = actions.add_font("Ours", woff(), actor=SYSTEM)
    assert actions.add_font("Again", woff(), actor=SYSTEM).pk == font.pk
    look = Look(headings=rules.OWN_FACE + font.sha256, radius="soft")
    actions.set_theme(market.pk, look, actor=SYSTEM)
    css = queries.stylesheet(market)
    assert f'font-family:"own-{font.sha256[:12]}";src:url("{font.file.url}")' in css
    with pytest.raises(FontInUseError):
        actions.remove_font(font.pk, actor=SYSTEM)
    actions.reset_theme(market.pk, actor=SYSTEM)
    actions.reset_theme(market.pk, actor=SYSTEM)
    actions.remove_font(font.pk, actor=SYSTEM)
    assert not ThemeFont.objects.exists()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "format"), (b"wOF2", "format"), (b"\x00\x01\x00\x00" + bytes(200), "format"), (woff(length=99), "broken"),
        (woff(tables=0), "broken"), (woff(packed=101), "broken"), (woff(full=2**31), "broken"), (woff(reserved=1), "broken"),
        (woff(flavour=0x74746366), "broken"), (bytes(woff2.MOST_BYTES + 1), "size"), (woff(), ""),
    ],
)  # fmt: skip
def test_what_is_no_typeface(market, data: bytes, problem: str) -> None:
    assert woff2.problem_of(data) == problem
    if problem:
        with pytest.raises(FontInvalidError):
            actions.add_font("X", data, actor=SYSTEM)
        assert not ThemeFont.objects.exists()


def test_by_night_is_a_palette_of_its_own(market) -> None:
    css = rules.stylesheet(Look(dark=replace(DARK, background="#101820")))
    assert "--paper:#101820" in css.partition("prefers-color-scheme:dark")[2]
