"""Files of a product import, and what bringing one in costs: ``python -m benchmarks.imports --products 1000``.

The import runs in a process of its own, with an empty shop on SQLite, so that its CPU time and memory are its own.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.report import Report

ROOT = Path(__file__).resolve().parents[1]
# 1,000 products (3,700 variants) in 60 s on two cores, 20,000 in 15 minutes, below 700 MB.
MS_PER_PRODUCT = 60.0
MEMORY_MB = 700.0
HEADER = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published", "Option1 Name",
    "Option1 Value", "Option2 Name", "Option2 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker",
    "Variant Inventory Qty", "Variant Inventory Policy", "Variant Price", "Variant Compare At Price",
    "Variant Requires Shipping", "Variant Taxable", "Variant Barcode", "Gift Card", "SEO Title", "SEO Description",
    "Material (product.metafields.custom.material)", "Care (product.metafields.custom.care)", "Cost per item", "Status",
)  # fmt: skip
SIZES, COLOURS = ("XS", "S", "M", "L", "XL"), ("Clay", "Moss", "Ink", "Sand")
# How many variants a product has; 3.7 on average.
COUNTS = (1, 1, 2, 2, 3, 4, 4, 6, 6, 8)
WORDS = (
    "made to be used every day and to be handed on with a calm line and a heavy foot of clay wool oak or glass".split()
)

MEASURED = """
import json, resource, sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from stoa.config.first_shop import ensure_shop
from stoa.exchange.products.actions import import_products
from stoa.exchange.products.settings import ImportSettings
from stoa.kernel.actors import SYSTEM
import logging
logging.getLogger("wagtail").setLevel(logging.WARNING)
market, path = ensure_shop(), Path(sys.argv[1])
found = {}
for name, settings in (("new", ImportSettings()), ("again", ImportSettings(update=True))):
    cpu, wall = time.process_time(), time.monotonic()
    account = import_products(path, market=market, actor=SYSTEM, settings=settings)
    found[name] = {"cpu": time.process_time() - cpu, "wall": time.monotonic() - wall, "things": account.things}
found["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(found))
"""


def write_shopify(path: Path, products: int, *, pictures: int = 0, seed: int = 7) -> int:
    """A product file as Shopify writes it. ``pictures`` of each product, by address. Returns how many variants it has."""
    chance, variants = random.Random(seed), 0
    header = [*HEADER, "Image Src", "Image Position"] if pictures else list(HEADER)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        for number in range(products):
            rows = _rows(number, COUNTS[number % len(COUNTS)], chance)
            variants += len(rows)
            for place in range(pictures):
                if place >= len(rows):
                    rows.append({"Handle": f"product-{number}"})
                rows[place] |= {
                    "Image Src": f"https://cdn.example/{number}-{place}.jpg",
                    "Image Position": str(place + 1),
                }
            writer.writerows(rows)
    return variants


def _rows(number: int, count: int, chance: random.Random) -> list[dict[str, str]]:
    handle = f"product-{number}"
    rows = []
    for place in range(count):
        rows.append(
            {
                "Handle": handle, "Variant SKU": f"P{number}-{place}", "Variant Grams": str(100 + number % 900),
                "Option1 Value": SIZES[place % 5] if count > 1 else "Default Title",
                "Option2 Value": COLOURS[place // 5] if count > 5 else "", "Variant Inventory Tracker": "shopify",
                "Variant Inventory Qty": str(number % 40), "Variant Inventory Policy": "deny",
                "Variant Price": f"{5 + number % 200}.90", "Variant Requires Shipping": "true", "Variant Taxable": "true",
                "Cost per item": "3.10",
            }
        )  # fmt: skip
    text = " ".join(chance.choices(WORDS, k=120))
    rows[0] |= {
        "Title": f"{' '.join(chance.choices(WORDS, k=3)).title()} {number}",
        "Body (HTML)": f"<p>{text}</p><ul><li>{text[:60]}</li><li>{text[60:120]}</li></ul>",
        "Vendor": f"Maker {number % 40}", "Type": f"Shelf {number % 30}", "Tags": f"daily, tag-{number % 50}",
        "Published": "true", "Status": "active", "Option1 Name": "Size" if count > 1 else "Title",
        "Option2 Name": "Colour" if count > 5 else "", "SEO Title": f"Product {number}",
        "Material (product.metafields.custom.material)": ("Clay", "Oak", "Wool")[number % 3],
        "Care (product.metafields.custom.care)": "By hand" if number % 2 else "By hand, Oven",
    }  # fmt: skip
    return rows


def measure(report: Report, products: int) -> None:
    """Bring a file of so many products in, and once more as an update that changes nothing."""
    found = run(products)
    report.add("import of a Shopify product, CPU ms", found["new"]["cpu"] * 1000 / products, "ms CPU", MS_PER_PRODUCT)
    report.add("the same again, unchanged, CPU ms", found["again"]["cpu"] * 1000 / products, "ms CPU", MS_PER_PRODUCT)
    report.add("memory of the import, MB", found["mb"], "MB", MEMORY_MB)


def run(products: int) -> dict[str, Any]:
    """CPU and wall seconds of an import (``new``), of the same as an update (``again``), and megabytes."""
    home = Path(tempfile.mkdtemp(prefix="stoa-bench-import-"))
    variants = write_shopify(home / "goods.csv", products)
    environment = {
        **os.environ, "STOA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "stoa.config.settings", "STOA_DATABASE_URL": "",
        "PYTHONPATH": str(ROOT / "src"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(home / "goods.csv")],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {"variants": variants, **json.loads(done.stdout.strip().splitlines()[-1])}


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.imports", description=__doc__)
    parser.add_argument("--products", type=int, default=1000)
    parser.add_argument("--pictures", type=int, default=0, help="of each product, where only a file is written")
    parser.add_argument("--write", type=Path, help="write the file there and bring nothing in")
    arguments = parser.parse_args()
    if arguments.write:
        variants = write_shopify(arguments.write, arguments.products, pictures=arguments.pictures)
        print(f"{arguments.products:,} products, {variants:,} variants in {arguments.write}")
        return
    print(json.dumps(run(arguments.products), indent=1))


if __name__ == "__main__":
    main()
