from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from stoa.catalogue.models import Market, Product
from stoa.catalogue.testing import make_market, make_product
from stoa.kernel import clock
from stoa.marketing import buffering
from stoa.marketing.models import SearchClick, SearchDay
from stoa.marketing.searching import actions, counting, queries
from stoa.marketing.searching.counting import Counted, buffer
from stoa.marketing.searching.rules import is_bot, is_countable, share, target_problem, tidy, trend

MORNING = datetime(2026, 3, 5, 9, tzinfo=UTC)
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def _empty_buffer() -> Iterator[None]:
    buffer.take()
    clock.set_time(MORNING)
    yield
    buffer.take()


@pytest.fixture
def market(db: None) -> Market:
    return make_market()


def rows() -> list[tuple[str, str, int, int, int]]:
    return list(SearchDay.objects.order_by("text").values_list("text", "shown", "times", "results", "clicks"))


def test_a_search_is_written_with_the_next_flush_and_not_before(market: Market) -> None:
    actions.note_search(market.pk, "Blauer  Käse", 3)
    assert rows() == []
    assert actions.flush() == 1
    assert rows() == [("blauer kase", "blauer käse", 1, 3, 0)]
    assert actions.flush() == 0


def test_noting_costs_no_query(market: Market, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    actions.note_search(market.pk, "mug", 3)
    with django_assert_num_queries(
        0 if not connection.in_atomic_block else 1
    ):  # a transaction reads its markets itself
        actions.note_search(market.pk, "mug", 3)


def test_one_row_for_the_same_words_however_they_are_typed(market: Market) -> None:
    for text in ("Mug", "mug ", "MÜG"):
        actions.note_search(market.pk, text, 3)
    actions.flush()
    actions.note_search(market.pk, "mug", None)
    actions.flush()
    assert rows() == [("mug", "mug", 4, 3, 0)]


def test_the_day_is_that_of_the_market(market: Market) -> None:
    clock.set_time(datetime(2026, 3, 5, 23, 30, tzinfo=UTC))  # half past midnight in Berlin
    actions.note_search(market.pk, "mug", 1)
    actions.flush()
    assert SearchDay.objects.get().day == date(2026, 3, 6)


@pytest.mark.parametrize("text", ["", "m", " ", "%", "ines@example.org", "+49 171 5551234", "4111 1111 1111 1111"])
def test_what_is_no_search_or_about_a_person_is_not_counted(market: Market, text: str) -> None:
    actions.note_search(market.pk, text, 0)
    actions.note_click(market.pk, text, 1, 1)
    assert not buffer.take()


def test_an_article_number_that_found_something_is_counted(market: Market) -> None:
    actions.note_search(market.pk, "4006381333931", 1)
    actions.flush()
    assert rows() == [("4006381333931", "4006381333931", 1, 1, 0)]


def test_bots_are_not_counted(market: Market) -> None:
    actions.note_search(market.pk, "mug", 1, user_agent="Mozilla/5.0 (compatible; Googlebot/2.1)")
    actions.note_search(market.pk, "mug", 1, user_agent="")
    actions.note_search(market.pk, "cup", 1, user_agent=CHROME)
    actions.flush()
    assert rows() == [("cup", "cup", 1, 1, 0)]


def test_clicks_stand_with_the_query_and_with_the_product(market: Market) -> None:
    product = make_product("Mug", market=market)
    actions.note_search(market.pk, "mug", 2)
    actions.note_click(market.pk, "mug", product.pk, 1)
    actions.note_click(market.pk, "mug", product.pk, 4)
    actions.note_click(market.pk, "mug", 999_999, 1)
    actions.note_click(market.pk, "mug", product.pk, 0)
    actions.note_click(market.pk, "mug", 2**63, 1)
    actions.flush()
    assert rows() == [("mug", "mug", 1, 2, 3)]
    assert list(SearchClick.objects.values_list("product_id", "clicks", "places")) == [(product.pk, 2, 5)]


def test_what_has_gone_meanwhile_is_left_out_and_the_rest_is_written(market: Market) -> None:
    product = make_product("Mug", market=market)
    actions.note_search(market.pk, "mug", 2)
    actions.note_click(market.pk, "mug", product.pk, 1)
    Product.objects.filter(pk=product.pk).delete()
    buffer.add((market.pk + 1, date(2026, 3, 5), "cup", 0), Counted("cup", 1, 1))
    actions.flush()
    assert rows() == [("mug", "mug", 1, 2, 1)]
    assert not SearchClick.objects.exists()


def test_a_flood_fills_neither_memory_nor_table(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer, "most", 30)
    monkeypatch.setattr(counting, "MOST_A_DAY", 50)
    actions.note_search(market.pk, "teapot", 2)
    actions.note_search(market.pk, "teapot", 2)
    actions.flush()
    for wave in range(6):
        for number in range(60):
            actions.note_search(market.pk, f"flood w{wave}n{number}x", 0)
        assert len(buffer) == 30
        actions.flush()
    assert SearchDay.objects.count() == 50
    # What people really look for is still there, and still counted.
    actions.note_search(market.pk, "teapot", 2)
    actions.note_search(market.pk, "kettle", 0)
    actions.flush()
    assert SearchDay.objects.get(text="teapot").times == 3
    assert SearchDay.objects.filter(text="kettle").exists()
    assert SearchDay.objects.count() == 50


def test_what_could_not_be_written_waits(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def locked(held: object) -> None:
        raise OperationalError("database is locked")

    actions.note_search(market.pk, "mug", 2)
    with monkeypatch.context() as patch:
        patch.setattr(counting, "write", locked)
        assert actions.flush() == 0
    actions.note_search(market.pk, "mug", 1)
    assert actions.flush() == 1
    assert rows() == [("mug", "mug", 2, 1, 0)]


def test_old_searches_are_swept_out(market: Market) -> None:
    for days, text, times in ((401, "old", 9), (61, "once", 1), (61, "twice", 2), (59, "new", 1)):
        day = date(2026, 3, 5) - timedelta(days=days)
        SearchDay.objects.create(market=market, day=day, text=text, shown=text, times=times)
    counting.sweep_out()
    assert sorted(SearchDay.objects.values_list("text", flat=True)) == ["new", "twice"]


@pytest.mark.django_db(transaction=True)
def test_a_thread_writes_a_second_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffering, "PAUSE", 0.05)
    market = make_market()
    actions.note_search(market.pk, "mug", 2)
    actions.note_search(market.pk, "mug", 2)
    for thread in threading.enumerate():
        if thread.name == "search-log":
            thread.join(10)
    assert rows() == [("mug", "mug", 2, 2, 0)]
    assert not buffer._is_due


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_processes_that_write_at_once_lose_nothing() -> None:
    market = make_market()
    day = date(2026, 3, 5)

    def process() -> None:
        try:
            for _ in range(20):
                counting.write({(market.pk, day, word, 0): Counted(word, 1, 1) for word in ("mug", "cup")})
        finally:
            connection.close()

    threads = [threading.Thread(target=process) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert rows() == [("cup", "cup", 80, 1, 0), ("mug", "mug", 80, 1, 0)]


def test_the_report_counts_a_period_and_the_one_before(market: Market) -> None:
    def day(before: int, text: str, times: int, results: int, clicks: int = 0) -> None:
        SearchDay.objects.create(
            market=market, day=date(2026, 3, 5) - timedelta(days=before), text=text, shown=text, times=times,
            results=results, clicks=clicks,
        )  # fmt: skip

    day(0, "mug", 5, 0)
    day(6, "mug", 3, 2, 2)
    day(7, "mug", 4, 2, 2)
    day(13, "mug", 1, 2)
    day(14, "mug", 100, 2)
    day(3, "tea pot", 2, 0)
    day(8, "gone", 7, 0)
    first, last = date(2026, 2, 27), date(2026, 3, 5)
    found = queries.searches(market.pk, first, last).order_by("-searched")
    assert list(found) == [
        {"text": "mug", "searched": 8, "opened": 2, "before": 5, "found": 0, "typed": "mug"},
        {"text": "tea pot", "searched": 2, "opened": 0, "before": 0, "found": 0, "typed": "tea pot"},
    ]
    assert queries.totals(market.pk, first, last) == queries.SearchTotals(10, 2, 7, 2)
    assert queries.totals(market.pk, first, last).click_rate == 20
    assert queries.totals(market.pk, first, last).empty_rate == 70
    assert queries.totals(market.pk, date(2020, 1, 1), date(2020, 1, 2)) == queries.SearchTotals(0, 0, 0, 0)


def test_rules() -> None:
    assert tidy("  Blue\tMUG ") == "blue mug"
    assert is_bot("curl/8.5")
    assert is_bot("bingbot/2.0")
    assert is_bot("")
    assert not is_bot(CHROME)
    assert is_countable("mug", "mug", 0)
    assert not is_countable("m", "m", 3)
    assert is_countable("123456", "123456", 0)
    assert not is_countable("1234567", "1234567", 0)
    assert (share(1, 3), share(1, 2), share(0, 0), share(5, 4)) == (33, 50, 0, 125)
    assert (trend(15, 10), trend(5, 10), trend(5, 0)) == (50, -50, None)
    good = ["/returns/", "https://example.org/x", "/c/mugs/?sort=price"]
    bad = ["//evil.example", "javascript:alert(1)", "returns", "/a b", "/a\\b", "https://", "ftp://x/", "/<x>"]
    assert [target_problem(target) for target in good] == ["", "", ""]
    assert [target_problem(target) for target in bad] == ["invalid"] * 8
    assert target_problem("") == "missing"
