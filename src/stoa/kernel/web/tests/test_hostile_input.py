"""Whatever comes in, the answer is a 4xx or a page, never a 500."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("stoa.kernel.web.tests.urls")]
MULTIPART = "multipart/form-data; boundary=cut"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def web() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("path", ["/echo/%00/", "/%00", "/echo/a%00b/"])
def test_nul_in_the_path(web, path):
    assert web.get("/", PATH_INFO=path.replace("%00", "\x00")).status_code == 400


@pytest.mark.parametrize("path", ["/echo/\xff\xfe/", "/echo/\xed\xa0\x80/", "/\xc0\xae\xc0\xae/", "/" + "a" * 10_000])
def test_odd_paths_are_found_or_not_found(web, path):
    assert web.get("/", PATH_INFO=path).status_code in (200, 404)


@pytest.mark.parametrize("query", ["a=%00", "%00=a", "a=b%00c", "a=1&b=%00"])
def test_nul_in_the_query(web, query):
    assert web.get("/echo/", QUERY_STRING=query).status_code == 400


@pytest.mark.parametrize(
    "query", ["a=%ff%fe", "a=%ed%a0%80", "%", "a=%zz", "&&&=&", "a=" + "x" * 10_000, "a=%F0%9F%9B%92"]
)
def test_odd_queries_are_read_as_well_as_they_can_be(web, query):
    assert web.get("/echo/", QUERY_STRING=query).status_code == 200


@pytest.mark.parametrize("body", [b"a=%00", b"%00=a", b"a=\x00"])
def test_nul_in_a_form(web, body):
    assert web.post("/echo/", body, content_type=FORM).status_code == 400


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%ff", b"a=\xed\xa0\x80", b"&=&", b"a=" + b"x" * 10_000])
def test_odd_forms_are_read_as_well_as_they_can_be(web, body):
    assert web.post("/echo/", body, content_type=FORM).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not multipart at all",
        b"--cut\r\n",
        b'--cut\r\nContent-Disposition: form-data; name="a"\r\n\r\nno end',
        b'--cut\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%\r\n--cut--\r\n',
        b"--cut\r\nContent-Disposition: form-data; name*=x'y'%ff; filename*=zz''%00\r\n\r\na\r\n--cut--\r\n",
        b"\r\n" * 5000,
    ],
)
def test_malformed_multipart(web, body):
    assert web.post("/echo/", body, content_type=MULTIPART).status_code in (200, 400)


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\xff"]
)
def test_multipart_without_a_boundary(web, content_type):
    assert web.post("/echo/", b"x", content_type=content_type).status_code == 400


def test_nul_in_multipart_fields_and_file_names(web):
    field = b'--cut\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\x00c\r\n--cut--\r\n'
    assert web.post("/echo/", field, content_type=MULTIPART).status_code == 400


@pytest.mark.parametrize("charset", ["klingon", "utf-16", "idna", "rot13", "base64"])
def test_an_unknown_charset(web, charset):
    answer = web.generic("POST", "/echo/", b"a=b", content_type=f"{FORM}; charset={charset}")
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize(
    ("length", "status"), [("-1", 400), ("abc", 400), ("1e9", 400), ("٣", 400), ("1000001", 413), ("9" * 30, 413)]
)
def test_absurd_lengths(web, length, status):
    assert web.post("/echo/", b"a=b", content_type=FORM, CONTENT_LENGTH=length).status_code == status


def test_too_many_fields(web):
    assert web.post("/echo/", b"&".join([b"a=1"] * 5000), content_type=FORM).status_code == 400


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b'{"a": "\\ud800"}', b'{"a\\u0000": 1}', b"[" * 100_000, b'["\\udfff"]', b"NaN\x00"]
)
def test_json_that_is_none_or_cannot_be_stored(web, body):
    assert web.post("/json/", body, content_type="application/json").status_code == 400


def test_json_that_is_fine(web):
    answer = web.post("/json/", b'{"a": ["\\ud83d\\uded2", 1, null]}', content_type="application/json")
    assert answer.json() == {"got": {"a": ["🛒", 1, None]}}


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "testserver:99999x",
        "testserver/../x",
        "user@testserver",
        "",
        "a" * 10_000,
        "[::1",
        "test server",
        "\xff",
    ],
)
def test_a_bad_host(web, host):
    assert web.get("/echo/", HTTP_HOST=host).status_code == 400
    assert web.post("/echo/", {"a": "b"}, HTTP_HOST=host, HTTP_ORIGIN=f"http://{host}").status_code in (400, 403)


def test_forwarded_hosts_are_not_believed(web):
    answer = web.get("/echo", HTTP_X_FORWARDED_HOST="evil.example", HTTP_X_HOST="evil.example", follow=False)
    assert answer.status_code == 301
    assert "evil" not in answer["Location"]


@pytest.mark.parametrize(
    "cookie",
    [
        'stoa_session="\\000"',
        "stoa_session=\xff\xfe",
        "=;;=",
        "stoa_session=" + "x" * 8000,
        'a="\\000\\377',
        "stoa_session=' OR 1=1",
    ],
)
def test_cookies_with_garbage_are_no_cookies(web, cookie):
    answer = web.get("/session/", HTTP_COOKIE=cookie)
    assert (answer.status_code, answer.content) == (200, b"nothing")


def test_odd_methods(web):
    assert web.generic("BREW", "/echo/").status_code in (200, 405)
    assert web.generic("TRACE", "/echo/").status_code in (200, 405)


def test_ten_kilobyte_names_and_values_in_a_form(web):
    answer = web.post("/echo/", "n" * 10_000 + "=" + "%F0%9F%9B%92" * 10_000, content_type=FORM)
    assert answer.json()["post"] == {"n" * 10_000: "🛒" * 10_000}
    assert web.post("/echo/", {"n" * 10_000: "x"}).status_code == 400  # longer than a multipart header may be
    assert web.post("/echo/", {"n": "x" * 10_000}).status_code == 200


def test_a_crash_is_a_plain_page_without_details(web):
    answer = web.get("/broken/")
    assert answer.status_code == 500
    assert b"ZeroDivisionError" not in answer.content
    assert answer["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
