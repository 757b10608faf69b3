"""Searches whose page came out of the page cache, counted like the others."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from stoa.catalogue.markets import queries as markets
from stoa.kernel.web.text import clean_text
from stoa.marketing.searching import actions as searching
from stoa.storefront.browse import filters


def count_search(environ: dict[str, Any]) -> None:
    """For the page cache, when it sends a page of ``/search/``: counted where the view would have counted it."""
    query = parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=20)
    if "page" in query or not query.get("q") or set(query) & set(filters.PARAMETERS) - {"q", "sort"}:
        return
    text = clean_text(query["q"][0], filters.LONGEST_TEXT)
    market = markets.market_for_host(environ.get("HTTP_HOST", ""))
    searching.note_search(market.pk, text, None, user_agent=environ.get("HTTP_USER_AGENT", ""))
