from __future__ import annotations

import pytest

from stoa.kernel.pagecache import purges
from stoa.kernel.pagecache.actions import purge
from stoa.kernel.pagecache.local import process_cached


@pytest.mark.django_db
def test_kept_until_its_tag_is_purged():
    asked = []

    @process_cached("market")
    def market(host: str) -> str:
        asked.append(host)
        return f"market of {host}"

    assert [market("a"), market("a"), market("b")] == ["market of a", "market of a", "market of b"]
    purge("product:1")
    market("a")
    assert asked == ["a", "b"]
    purge("market")
    market("a")
    assert asked == ["a", "b", "a"]


@pytest.mark.django_db
def test_a_value_read_while_a_purge_came_is_not_kept():
    asked = []

    @process_cached("market")
    def market() -> int:
        asked.append(1)
        if len(asked) == 1:
            purges.forget(["market"])
        return len(asked)

    assert [market(), market(), market()] == [1, 2, 2]


@pytest.mark.django_db
def test_an_error_is_not_kept():
    asked = []

    @process_cached("market")
    def market() -> int:
        asked.append(1)
        if len(asked) == 1:
            raise LookupError
        return 5

    with pytest.raises(LookupError):
        market()
    assert market() == 5
