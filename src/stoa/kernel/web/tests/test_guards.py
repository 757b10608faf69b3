from __future__ import annotations

import pytest
from django.test import Client, override_settings

pytestmark = [pytest.mark.django_db, pytest.mark.urls("stoa.kernel.web.tests.urls")]


@pytest.fixture
def web() -> Client:
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "something-new"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": ""},
        {"HTTP_ORIGIN": "https://testserver"},
        {"HTTP_ORIGIN": "http://testserver:81"},
        {"HTTP_ORIGIN": "http://testserver.evil.example"},
        {"HTTP_SEC_FETCH_SITE": "none", "HTTP_ORIGIN": "http://evil.example"},
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
        {"HTTP_REFERER": "https://evil.example/testserver"},
        {"HTTP_REFERER": "http://testserver@evil.example/"},
        {"HTTP_REFERER": "http://["},
    ],
)
def test_other_sites_cannot_change_anything(web, headers):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(web, method)("/echo/", **headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://testserver"},
        {"HTTP_ORIGIN": "http://testserver"},
        {"HTTP_REFERER": "http://testserver/cart/"},
    ],
)
def test_own_pages_and_programs_may(web, headers):
    assert web.post("/echo/", {"a": "b"}, **headers).json()["post"] == {"a": "b"}


def test_reading_is_free_for_all(web):
    assert web.get("/echo/", HTTP_SEC_FETCH_SITE="cross-site", HTTP_ORIGIN="https://evil.example").status_code == 200


def test_webhooks_are_exempt(web):
    assert web.post("/webhook/", HTTP_ORIGIN="https://evil.example").status_code == 200


def test_the_back_office_wants_tokens_too(web):
    assert web.post("/admin/thing/", HTTP_SEC_FETCH_SITE="same-origin").status_code == 403
    web.cookies["stoa_csrf"] = "a" * 32
    assert (
        web.post("/admin/thing/", {"csrfmiddlewaretoken": "a" * 32}, HTTP_ORIGIN="http://testserver").status_code == 200
    )


def test_libraries_that_guard_twice_do_not_ask_for_tokens_in_the_shop(web):
    answer = web.post("/guarded-twice/", HTTP_ORIGIN="http://testserver")
    assert answer.status_code == 200
    assert "stoa_csrf" not in answer.cookies


def test_headers_of_the_shop(web):
    answer = web.get("/echo/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer


def test_headers_of_the_back_office(web):
    answer = web.get("/admin/thing/")
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"


@override_settings(STOA_BASE_URL="https://shop.example")
def test_https_is_remembered(web):
    assert web.get("/echo/")["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_nonce_stands_in_the_policy_where_a_view_asked_for_it(web):
    first, second = web.get("/nonce/"), web.get("/nonce/")
    assert f"'nonce-{first.content.decode()}'" in first["Content-Security-Policy"]
    assert first.content != second.content


@override_settings(STOA_TRUSTED_PROXIES=1)
def test_behind_a_proxy_the_visitor_is_what_the_proxy_says(web):
    answer = web.get("/echo/", HTTP_X_FORWARDED_FOR="6.6.6.6, 9.9.9.9", HTTP_X_REQUEST_ID="from-the-proxy-1")
    assert answer.json()["ip"] == "9.9.9.9"
    assert answer["X-Request-ID"] == "from-the-proxy-1"
    assert web.get("/echo/", HTTP_X_FORWARDED_FOR="nonsense").json()["ip"] == ""


def test_without_a_proxy_nobody_says_who_they_are(web):
    answer = web.get("/echo/", HTTP_X_FORWARDED_FOR="6.6.6.6", HTTP_X_REQUEST_ID="from-nowhere-at-all")
    assert answer.json()["ip"] == "127.0.0.1"
    assert answer["X-Request-ID"] != "from-nowhere-at-all"


def test_mapped_addresses_are_the_same_visitor(web):
    assert web.get("/echo/", REMOTE_ADDR="::ffff:9.9.9.9").json()["ip"] == "9.9.9.9"


def test_probes_answer_under_any_name(web):
    assert web.get("/healthz", HTTP_HOST="10.0.0.7").status_code == 200
    ready = web.get("/readyz", HTTP_HOST="10.0.0.7")
    assert ready.status_code == 200, ready.json()
    assert ready.json() == {"ready": True, "missing": {}}


def test_not_ready_says_why(web, monkeypatch):
    monkeypatch.setattr("stoa.kernel.web.health.queue.problem", lambda: "ConnectionError")
    answer = web.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "missing": {"queue": "ConnectionError"}}


def test_what_is_refused_at_the_door_says_what_browsers_may_do_too(web):
    for answer in (web.get("/", PATH_INFO="/\x00"), web.post("/echo/", CONTENT_LENGTH="9" * 30), web.get("/healthz")):
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_is_made_for_a_frame_of_ours_may_be_framed_by_us_alone(web):
    answer = web.get("/admin/framed/")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
