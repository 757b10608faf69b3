from __future__ import annotations

from collections.abc import Iterator

import pytest
from wagtail.contrib.redirects.models import Redirect

from stoa.catalogue.models import Market
from stoa.catalogue.testing import make_market, make_product
from stoa.kernel.actors import SYSTEM
from stoa.kernel.models import AuditEntry
from stoa.marketing.addresses import actions, missing, queries, reading, rules
from stoa.marketing.addresses.errors import RedirectFileError, RedirectInvalidError
from stoa.marketing.addresses.missing import buffer
from stoa.marketing.models import MissingAddress

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"


@pytest.fixture(autouse=True)
def _empty_buffer() -> Iterator[None]:
    buffer.take()
    yield
    buffer.take()


@pytest.fixture
def market(db: None) -> Market:
    return make_market()


def outcomes(rows: list[tuple[str, str]], known: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    planned = rules.plan([(n, *row) for n, row in enumerate(rows, 1)], known or {}, "shop.example", {"/p/mug"})
    return [(each.outcome, each.target, each.problem) for each in planned]


def test_chains_are_made_short_and_circles_found() -> None:
    assert outcomes([("/a", "/b/"), ("/b", "/c/"), ("/c", "/d/")]) == [
        ("new", "/d/", ""),
        ("new", "/d/", ""),
        ("new", "/d/", ""),
    ]
    assert [each[0::2] for each in outcomes([("/a", "/b"), ("/b", "/a/")])] == [
        ("error", "circle"),
        ("error", "circle"),
    ]
    assert outcomes([("/a", "/b")], {"/b": "/a"}) == [("error", "/b", "circle")]
    assert outcomes([("/a", "/a/")]) == [("error", "/a/", "itself")]
    assert outcomes([("/a", "/b")], {"/b": "/c/"}) == [("new", "/c/", "")]
    assert outcomes([("/a", "/c/")], {"/a": "/c/"}) == [("same", "/c/", "")]
    assert outcomes([("/a", "/d/")], {"/a": "/c/"}) == [("changed", "/d/", "")]


def test_what_is_no_redirect() -> None:
    assert [each[2] for each in outcomes([
        ("https://old.example/a/?x=1", "https://shop.example/b/"), ("mailto:x@y", "/b"), ("/a b", "/b"), ("//evil/", "/b"),
        ("/x", "javascript:alert(1)"), ("/x", "//evil.example"), ("/x", ""), ("/p/mug/", "/c/"), ("/y", "/1"), ("/y/", "/2"),
    ])] == ["", "source", "source", "source", "target", "target", "target", "page", "", "twice"]  # fmt: skip
    assert outcomes([("https://old.example/a/", "https://shop.example/b/?q=1")]) == [("new", "/b/?q=1", "")]


@pytest.mark.parametrize(
    "data",
    [
        b"from,to\r\n/a/,/b/\r\n\r\n/c,/d\r\n",
        b"/a/;/b/\n/c;/d\n",
        "\ufefffrom\tto\n/a/\t/b/\n/c\t/d".encode(),
        "Von;Nach\n/a/;/b/\n/c;/d".encode("utf-16"),
    ],
)
def test_files_of_any_spreadsheet(data: bytes) -> None:
    rows = [(old, new) for _, old, new in reading.read(data)]
    assert rows[-2:] == [("/a/", "/b/"), ("/c", "/d")]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"/only-one\n", b"x" * 5_000_001, b'/a,"' + b"y" * 200_000])
def test_what_is_no_such_file(data: bytes) -> None:
    with pytest.raises(RedirectFileError):
        list(reading.read(data))


def test_an_import_writes_what_the_look_showed(market: Market) -> None:
    product = make_product("Mug", market=market)
    Redirect.add_redirect("/older/", redirect_to="/old/")
    rows = [(1, "/old/", "/newer/"), (2, "/newer", product.get_absolute_url()), (3, product.get_absolute_url(), "/x/")]
    planned = queries.plan_import(rows)
    assert [(each.outcome, each.problem) for each in planned] == [("new", ""), ("new", ""), ("error", "page")]
    assert Redirect.objects.count() == 1
    assert actions.import_redirects(rows, actor=SYSTEM) == planned
    leads = dict(Redirect.objects.values_list("old_path", "redirect_link"))
    assert leads == {"/older": "/p/mug/", "/old": "/p/mug/", "/newer": "/p/mug/"}
    assert [each.outcome for each in actions.import_redirects(rows, actor=SYSTEM)] == ["same", "same", "error"]
    assert AuditEntry.objects.filter(verb="redirects.imported").count() == 1


def test_missing_addresses_are_counted_and_led_on(market: Market) -> None:
    for _ in range(3):
        actions.note_missing(market.pk, "/old-mug/", linked_from="/about/", user_agent=CHROME)
    actions.note_missing(market.pk, "/old-mug/", user_agent=CHROME)
    actions.note_missing(market.pk, "/wp-login.php", user_agent=CHROME)
    actions.note_missing(market.pk, "/bots-only/", user_agent="Googlebot/2.1")
    actions.note_missing(market.pk, "/x" * 200, user_agent=CHROME)
    actions.flush()
    row = queries.missing_addresses(market.pk).get()
    assert (row.path, row.hits, row.linked_from) == ("/old-mug/", 4, "/about/")
    with pytest.raises(RedirectInvalidError) as refusal:
        actions.save_redirect("/old-mug/", "javascript:x", actor=SYSTEM)
    assert refusal.value.facts["fields"] == {"target": "invalid"}
    actions.save_redirect("/old-mug/", "/c/mugs/", actor=SYSTEM)
    assert not MissingAddress.objects.exists()
    actions.note_missing(market.pk, "/other/", user_agent=CHROME)
    actions.flush()
    assert actions.ignore_missing(MissingAddress.objects.get().pk, actor=SYSTEM) == "/other/"
    assert not queries.missing_addresses(market.pk).exists()


def test_a_flood_of_addresses_pushes_out_none_that_people_ask_for(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing, "MOST", 10)
    for _ in range(2):
        actions.note_missing(market.pk, "/wanted/", user_agent=CHROME)
    actions.flush()
    for wave in range(3):
        for number in range(8):
            actions.note_missing(market.pk, f"/random-{wave}-{number}/", user_agent=CHROME)
        actions.flush()
    assert MissingAddress.objects.count() == 10
    assert MissingAddress.objects.get(path="/wanted/").hits == 2
