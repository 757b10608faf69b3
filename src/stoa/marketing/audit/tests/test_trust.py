from __future__ import annotations

from dataclasses import replace

from stoa.marketing.audit.trust import Trust, trust_findings

ALL = Trust(
    country="DE", has_seller=True, has_email=True, has_phone=True, has_hours=True, has_payment=True,
    policies=("delivery", "returns", "terms", "privacy", "imprint", "contact"),
)  # fmt: skip


def said(trust: Trust) -> list[tuple[str, str, int]]:
    return [(found.code, found.about, found.priority) for found in trust_findings(trust)]


def test_a_shop_that_says_all_has_no_finding() -> None:
    assert said(ALL) == []


def test_each_thing_that_is_missing_is_named() -> None:
    nothing = Trust("DE", False, False, False, False, False, ())
    assert said(nothing) == [
        ("no_seller", "", 1), ("no_email", "", 1), ("no_phone", "", 2), ("no_hours", "", 2), ("no_payment", "", 1),
        ("no_policy", "delivery", 1), ("no_policy", "returns", 1), ("no_policy", "terms", 1), ("no_policy", "privacy", 1),
        ("no_policy", "imprint", 1),
    ]  # fmt: skip


def test_an_imprint_is_asked_for_in_the_eu_alone() -> None:
    without = replace(ALL, policies=("delivery", "returns", "terms", "privacy"))
    assert said(without) == [("no_policy", "imprint", 1)]
    assert said(replace(without, country="US")) == []
