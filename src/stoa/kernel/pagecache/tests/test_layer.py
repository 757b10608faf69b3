from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from stoa.kernel.pagecache import polling, purges
from stoa.kernel.pagecache.actions import purge
from stoa.kernel.pagecache.decorators import cached_page
from stoa.kernel.pagecache.layer import PageCacheLayer
from stoa.kernel.pagecache.models import CachePurge
from stoa.kernel.pagecache.tags import tag

BODY = "<p>Grüße aus dem Laden</p>" * 100


class Answer:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status.split()[0])
        self.headers = {name.lower(): value for name, value in headers}
        assert len(self.headers) == len(headers), "a header came twice"
        self.body = body


class Shop:
    """A view behind the layer, as Django would run it; counts how often it was asked."""

    def __init__(self, view: Callable[[HttpRequest], HttpResponse], **options: Any) -> None:
        self.renders = 0
        self._view = view
        self.layer = PageCacheLayer(self._application, allowed_hosts=["shop.example", ".second.example"], **options)

    def _application(self, environ, start_response):
        self.renders += 1
        request = RequestFactory().get("/")
        request.META.update(environ)
        request.method = environ["REQUEST_METHOD"]
        request.path_info = environ["PATH_INFO"]
        response = self._view(request)
        response["X-Request-ID"] = str(self.renders)
        start_response(f"{response.status_code} X", list(response.items()))
        return response

    def get(self, path="/", query="", method="GET", host="shop.example", **headers) -> Answer:
        got: list[Any] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host, **headers}
        body = b"".join(self.layer(environ, lambda status, headers, exc_info=None: got.extend([status, headers])))
        return Answer(got[0], got[1], body)


@cached_page("content", query=("page", "sort"))
def page(request: HttpRequest) -> HttpResponse:
    tag(request, "product:1")
    return HttpResponse(BODY)


@pytest.fixture
def shop() -> Shop:
    return Shop(page)


@pytest.fixture(autouse=True)
def _no_database_unless_asked_for(monkeypatch, request):
    """Neither polls nor Django's tidying of connections at the end of a request."""
    if "django_db" in request.keywords:
        yield
        return
    monkeypatch.setattr(polling, "poll_if_due", lambda: None)
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def test_the_second_visitor_does_not_wake_django(shop):
    first, second = shop.get(), shop.get(HTTP_COOKIE="stoa_session=abc; anything=else")
    assert shop.renders == 1
    assert first.body == second.body == BODY.encode()
    assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert "x-stoa-cache-tags" not in first.headers
    assert "x-stoa-cache-query" not in first.headers
    assert "x-request-id" not in second.headers
    assert second.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.0, gzip;q=0", None),
        ("*", "br"),
        ("identity", None),
        ("", None),
        ("zstd", None),
        ("nonsense;;;,,=", None),
    ],
)
def test_every_encoding_holds_the_same_page(shop, accept, encoding):
    for _ in range(2):
        answer = shop.get(HTTP_ACCEPT_ENCODING=accept)
        assert answer.headers.get("content-encoding") == encoding
        assert int(answer.headers["content-length"]) == len(answer.body)
        plain = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding](answer.body)
        assert plain == BODY.encode()
    assert shop.renders == 1


def test_asking_whether_it_changed(shop):
    etag = shop.get().headers["etag"]
    for given in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        answer = shop.get(HTTP_IF_NONE_MATCH=given)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == etag
        assert "content-length" not in answer.headers
    assert shop.get(HTTP_IF_NONE_MATCH='"other"').status == 200
    assert shop.renders == 1


def test_not_changed_is_also_said_when_the_page_was_not_kept(shop):
    etag = shop.get().headers["etag"]
    purges.forget(["content"])
    assert shop.get(HTTP_IF_NONE_MATCH=etag).status == 304
    assert shop.renders == 2


def test_head_has_the_headers_and_no_body(shop):
    full = shop.get()
    head = shop.get(method="HEAD")
    assert head.body == b""
    assert head.headers == {name: value for name, value in full.headers.items() if name != "x-request-id"}
    assert shop.renders == 1


@pytest.mark.parametrize(
    "host", ["evil.example", "", "shop.example.evil", "shop.example@evil", "shop.example:80:80", "a b"]
)
def test_strange_hosts_are_neither_served_nor_kept(shop, host):
    shop.get()
    for _ in range(2):
        shop.get(host=host)
    assert shop.renders == 3
    assert len(shop.layer._plain) == 1


def test_hosts_do_not_share_pages(shop):
    shop.get()
    shop.get(host="www.second.example")
    assert shop.renders == 2


@pytest.mark.parametrize("host", ["shop.example:81", "SHOP.example", "shop.example.", "Shop.Example:65000"])
def test_ports_and_letter_case_make_no_further_pages(shop, host):
    shop.get()
    assert shop.get(host=host).body == BODY.encode()
    assert shop.renders == 1


def test_parameters_that_the_view_does_not_know_change_nothing(shop):
    shop.get()
    for query in ("utm_source=x", "gclid=1", "cachebuster=123", "a=1&a=2", "q=", "%F0%9F%9B%92=1", "pagex=2"):
        assert shop.get(query=query).status == 200
    assert shop.renders == 1


def test_parameters_of_the_view_have_a_page_each(shop):
    for query in ("page=2", "utm_medium=y&page=2", "page=2&zzz"):
        shop.get(query=query)
    assert shop.renders == 1
    shop.get(query="page=3")
    shop.get(query="sort=price&page=2")
    shop.get(query="page=2&sort=price")
    assert shop.renders == 3


def test_a_path_first_seen_with_parameters_is_kept_under_the_right_key(shop):
    shop.get(query="utm_source=x")
    shop.get()
    assert shop.renders == 1
    shop.get(path="/other/", query="page=2")
    shop.get(path="/other/")
    assert shop.renders == 3


@pytest.mark.parametrize("query", ["page=" + "9" * 600, "page=%00", "page=%ff", "&".join(["page=1"] * 30)])
def test_odd_parameters_go_past_the_cache(shop, query):
    shop.get()
    for _ in range(2):
        assert shop.get(query=query).status == 200
    assert shop.renders == 3
    assert len(shop.layer._queried) == 0


@pytest.mark.parametrize("headers", [{"HTTP_HX_REQUEST": "true"}, {"HTTP_AUTHORIZATION": "Bearer x"}])
def test_requests_for_something_else_go_past_the_cache(shop, headers):
    shop.get()
    shop.get(**headers)
    shop.get(**headers)
    assert shop.renders == 3


def test_posts_go_past_the_cache(shop):
    shop.get()
    shop.get(method="POST")
    assert shop.renders == 2
    shop.get()
    assert shop.renders == 2


@pytest.mark.parametrize("status", [404, 500, 302, 204])
def test_only_good_pages_are_kept(status):
    shop = Shop(cached_page("content")(lambda request: HttpResponse(b"no", status=status)))
    shop.get()
    answer = shop.get()
    assert (shop.renders, answer.status) == (2, status)


def test_a_page_that_sets_a_cookie_is_not_kept():
    def view(request):
        response = HttpResponse("for you")
        response.headers["Set-Cookie"] = "a=b"
        return response

    shop = Shop(cached_page("content")(view))
    shop.get()
    answer = shop.get()
    assert shop.renders == 2
    assert answer.headers["set-cookie"] == "a=b"
    assert "x-stoa-cache-tags" not in answer.headers


def test_unmarked_pages_are_not_kept_but_compressed():
    shop = Shop(lambda request: HttpResponse(BODY))
    answer = shop.get(HTTP_ACCEPT_ENCODING="gzip, br")
    shop.get()
    assert shop.renders == 2
    assert gzip.decompress(answer.body) == BODY.encode()
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) == len(answer.body)


@pytest.mark.parametrize("path", ["/admin/", "/account/orders/"])
def test_pages_with_secrets_are_not_compressed(path):
    shop = Shop(lambda request: HttpResponse(BODY))
    assert "content-encoding" not in shop.get(path, HTTP_ACCEPT_ENCODING="gzip").headers


def test_streams_pass_untouched():
    shop = Shop(lambda request: StreamingHttpResponse(iter([b"a", b"b"])))
    assert shop.get(HTTP_ACCEPT_ENCODING="gzip").body == b"ab"


def test_a_purge_lets_go_of_the_tagged_pages_alone():
    shop = Shop(cached_page()(lambda request: (tag(request, f"product:{request.path_info}"), HttpResponse("x"))[1]))
    for path in ("/1", "/2"):
        shop.get(path)
    purges.forget(["product:/1"])
    shop.get("/2")
    assert shop.renders == 2
    shop.get("/1")
    assert shop.renders == 3


def test_a_page_made_while_a_purge_came_is_not_kept():
    moments = iter([True, False])

    def view(request):
        tag(request, "product:1")
        if next(moments):
            purges.forget(["product:1"])
        return HttpResponse("x")

    shop = Shop(cached_page("content")(view))
    shop.get()
    shop.get()
    assert shop.renders == 2
    shop.get()
    assert shop.renders == 2


def test_memory_is_bounded_and_the_least_used_goes_first():
    shop = Shop(page, max_pages=3)
    for path in ("/1", "/2", "/3"):
        shop.get(path)
    shop.get("/1")
    shop.get("/4")
    assert shop.renders == 4
    shop.get("/1")
    assert shop.renders == 4
    shop.get("/2")
    assert shop.renders == 5
    assert len(shop.layer._plain) == 3


def test_pages_with_parameters_cannot_push_out_the_others():
    shop = Shop(page, max_pages=3)
    shop.get("/1")
    for number in range(10):
        shop.get("/1", query=f"page={number}")
    renders = shop.renders
    shop.get("/1")
    assert shop.renders == renders
    assert len(shop.layer._queried) == 3


def test_huge_pages_are_not_kept():
    shop = Shop(cached_page("content")(lambda request: HttpResponse("x" * 3_000_000)))
    shop.get()
    assert len(shop.get().body) == 3_000_000
    assert shop.renders == 2


def test_bytes_are_counted_back(shop):
    shop.get()
    assert shop.layer._plain.bytes > 0
    purges.forget(["product:1"])
    assert (shop.layer._plain.bytes, len(shop.layer._plain), shop.layer._plain._keys_of) == (0, 0, {})


@pytest.mark.django_db(transaction=True)
def test_a_purge_of_another_process_is_seen_in_time(shop, monkeypatch):
    shop.get()
    assert shop.renders == 1
    CachePurge.objects.create(tag="product:1", at="2026-01-01T00:00Z")  # as another process would
    shop.get()
    assert shop.renders == 1
    polling._poller.polled_at -= polling.INTERVAL
    shop.get()
    assert shop.renders == 2


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_purge_costs_nobody_else_anything(shop):
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what came before is the point
        purge("product:1")
        raise ZeroDivisionError
    assert CachePurge.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_lower_number_that_is_committed_later_is_seen(shop):
    # Tests before may have driven the numbers up; after a long silence everything would be forgotten at once.
    CachePurge.objects.create(tag="earlier", at="2026-01-01T00:00Z")
    polling.poll_now()
    shop.get()
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO kernel_cachepurge (tag, at, is_for_cdn) VALUES ('product:1', now(), false)")
        CachePurge.objects.create(tag="unrelated", at="2026-01-01T00:00Z")
        polling.poll_now()
        shop.get()
        assert shop.renders == 1
        other.commit()
        polling.poll_now()
        shop.get()
        assert shop.renders == 2
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_without_an_answer_from_the_database_nothing_is_trusted_for_long(shop, monkeypatch):
    polling.poll_now()
    shop.get()

    def broken(self):
        self.polled_at = 1e12
        raise polling.DatabaseError

    monkeypatch.setattr(polling.Poller, "poll", broken)
    polling.poll_now()
    shop.get()
    assert shop.renders == 1
    polling._poller.answered_at -= polling.TRUST + 1
    polling.poll_now()
    shop.get()
    assert shop.renders == 2
