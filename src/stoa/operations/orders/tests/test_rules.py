from __future__ import annotations

import re

from stoa.operations.orders import rules


def test_the_first_order_is_1001() -> None:
    assert [rules.order_number(position) for position in (1, 2, 9000)] == ["1001", "1002", "10000"]


def test_a_token_has_192_bits_and_fits_an_address() -> None:
    token = rules.access_token("1001", "nonce", "secret")
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", token)
    assert token == rules.access_token("1001", "nonce", "secret")


def test_number_nonce_and_secret_each_change_the_token() -> None:
    tokens = {
        rules.access_token("1001", "nonce", "secret"),
        rules.access_token("1002", "nonce", "secret"),
        rules.access_token("1001", "other", "secret"),
        rules.access_token("1001", "nonce", "another"),
    }
    assert len(tokens) == 4


def test_nonces_differ() -> None:
    assert len({rules.new_nonce() for _ in range(1000)}) == 1000
