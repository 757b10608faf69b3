"""Lists and search over a large catalogue: whole pages from a running shop, the index by itself, and its making."""

from __future__ import annotations

import json
import os
import random
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.report import Report
from benchmarks.requests import _client, _cost, _fetch, jobs_done
from tests.live import LiveShop, running

FILL = "from benchmarks.catalogue import fill_quickly; fill_quickly({products}, variants={variants})"
# Filters in combination: options of one variant, attributes, prices, stock, and orders.
CHOICES = (
    "", "colour=sage&colour=ink", "size=m&in_stock=1", "material=oak&material=wool&min=50&max=200",
    "weight=500&sort=price", "sort=best-selling", "colour=clay&size=l&material=linen&in_stock=1&sort=-price",
)  # fmt: skip
INDEX = """
import json, random, sys, time
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.products.models import Product
from stoa.catalogue.search import asking, reading, wordindex
began = time.process_time()
wordindex.in_memory("en", reading.documents(None))
made = time.process_time() - began
market = default_market()
chance = random.Random(5)
words = [max(t.split()[:-1], key=len) for t in chance.sample(list(Product.objects.values_list("title", flat=True)), 400)]
typos = [w[: len(w) // 2] + "x" + w[len(w) // 2 + 1 :] for w in words]
finder = asking.finder_of(market)
finder.vocabulary.corrections(typos[0])
def cost(texts):
    began = time.process_time()
    for text in texts:
        finder.find(text)
    return (time.process_time() - began) * 1000 / len(texts)
print(json.dumps({"made": made, "word": cost(words[1:200]), "typo": cost(typos[1:]), "words": words[:200], "typos": typos[:200]}))
"""


def measure(report: Report, products: int = 20_000, more_variants: int = 5) -> None:
    """``products`` with three variants each, and the same with ``more_variants``: a page must not grow with them."""
    few = _measure(report, products, 3, "")
    many = _measure(report, products, more_variants, f", {products * more_variants:,} variants")
    for name, cost in few.items():
        report.add(f"{name}: {products * more_variants:,} variants over {products * 3:,}", many[name] / cost, "x", 1.25)


def _measure(report: Report, products: int, variants: int, note: str) -> dict[str, float]:
    home = Path(tempfile.mkdtemp(prefix="stoa-bench-"))
    settings = {"STOA_WEB_WORKERS": "1", "STOA_DURABILITY": os.environ.get("STOA_DURABILITY", "fast")}
    with running(home, FILL.format(products=products, variants=variants), **settings) as shop:
        shop.command("search", "rebuild")
        # What filling the shop left the worker to do would be counted as the pages' cost, and purges what they have read.
        jobs_done(shop)
        index = json.loads(shop.run_python(INDEX).splitlines()[-1])
        report.add(f"index of {products:,} products made{note}", index["made"], "s CPU", 5)
        report.add(f"a word in the index{note}", index["word"], "ms CPU", 5)
        report.add(f"a word with a slip in the index{note}", index["typo"], "ms CPU", 5)
        return {
            name: _pages(shop, report, f"{name}, uncached{note}", paths)
            for name, paths in _paths(index["words"], index["typos"]).items()
        }


def _paths(words: list[str], typos: list[str]) -> dict[str, list[str]]:
    chance = random.Random(3)
    return {
        "category with filters": [f"/c/shelf-{number % 60}/?{CHOICES[number % 7]}" for number in range(300)],
        "all goods with filters": [f"/search/?{chance.choice(CHOICES)}&max={3000 + number}" for number in range(100)],
        "search with filters": [f"/search/?{urlencode({'q': word})}&{chance.choice(CHOICES)}" for word in words],
        "search with a slip": [f"/search/?{urlencode({'q': word})}" for word in typos],
        "suggestions": [f"/search/suggest/?{urlencode({'q': word[:4]})}" for word in words],
    }  # fmt: skip


def _pages(shop: LiveShop, report: Report, name: str, paths: list[str]) -> float:
    wanted = list(dict.fromkeys(paths))
    client = _client(shop.port)
    _fetch(client, wanted[:4])
    cost = _cost(shop, client, wanted[4:])
    report.add_cost(name, cost, 15)
    return cost
