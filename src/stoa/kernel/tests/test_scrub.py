from __future__ import annotations

import pytest

from stoa.kernel.scrub import HIDDEN, scrub_text, scrub_value


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("no mail to anna.o'neil+x@shop.example today", "anna"),
        ("Authorization: Bearer abcdef123456", "abcdef"),
        ("GET /search/?q=something&token=abc HTTP/1.1", "something"),
        ("postgresql://stoa:hunter2@db/stoa", "hunter2"),
        ("password=hunter2 tried", "hunter2"),
        ('{"token": "hunter2"}', "hunter2"),
        ("/order/1042/Zk3vXq9TqjB1p0sN8rYh4wLmDc7uEa2f/", "Zk3v"),
    ],
)
def test_secrets_and_people_are_taken_out(text, secret):
    scrubbed = scrub_text(text)
    assert secret not in scrubbed
    assert HIDDEN in scrubbed


@pytest.mark.parametrize(
    "text",
    ["order 1042 was paid", "operations.orders.actions", "01a2094e2ca57187ae9c13f4e7049c13", "p/<slug:slug>/", "a@b"],
)
def test_the_rest_stays(text):
    assert scrub_text(text) == text


@pytest.mark.parametrize(
    "name", ["password", "password1", "access_token", "Authorization", "cookie", "email", "customer_email", "api_key"]
)
def test_fields_are_hidden_by_name(name):
    assert scrub_value(name, "x") == HIDDEN


def test_values_are_searched_in_depth():
    value = {"plain": ["anna@shop.example", 5], "token": "x"}
    assert scrub_value("facts", value) == {"plain": [HIDDEN, 5], "token": HIDDEN}
