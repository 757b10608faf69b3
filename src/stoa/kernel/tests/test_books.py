from __future__ import annotations

import pytest

from stoa.kernel import books
from stoa.kernel.books import Finding


@pytest.fixture(autouse=True)
def _no_other_checks(monkeypatch):
    monkeypatch.setattr(books, "_checks", {})


def test_clean_books():
    books.register("b", list)
    books.register("a", lambda: iter(()))
    report = books.verify()
    assert (report.is_clean, report.checks) == (True, ["a", "b"])


def test_findings_come_with_their_rows():
    finding = Finding("a", "does not add up", [{"id": 1}])
    books.register("a", lambda: [finding])
    assert books.verify().findings == [finding]


def test_a_check_that_breaks_is_a_finding_and_the_others_are_asked():
    books.register("a", lambda: 1 / 0)
    books.register("b", lambda: [Finding("b", "x")])
    report = books.verify()
    assert [finding.check for finding in report.findings] == ["a", "b"]
    assert "ZeroDivisionError" in report.findings[0].message


def test_names_are_taken_once():
    books.register("a", print)
    with pytest.raises(ValueError, match="two checks"):
        books.register("a", repr)
