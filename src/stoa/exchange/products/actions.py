"""Bring a product file in: every product in a transaction of its own, with its account, so that a crash loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType

from django.db import transaction

from stoa.catalogue.markets.models import Market
from stoa.catalogue.products.importing import is_imported, taken_skus
from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files.actions import IMPORTED, REJECTED, SKIPPED, Account, RowOutcome, finish, mark_done, open_file
from stoa.exchange.files.tables import header_of, rows_of
from stoa.exchange.products import shopify, woocommerce
from stoa.exchange.products.shapes import SourceProduct
from stoa.exchange.products.writing import ProductWriter
from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError

FORMATS = (shopify, woocommerce)

Progress = Callable[[int, int], None]
Witness = Callable[[list[RowOutcome]], None]


def import_products(
    path: Path,
    *,
    market: Market,
    actor: Actor,
    is_dry_run: bool = False,
    progress: Progress = lambda rows, total: None,
    witness: Witness = lambda outcomes: None,
) -> Account:
    """Import the products of ``path``. What was brought before, or by a run that died, is not brought again.

    ``progress`` is told of rows done and of how many, ``witness`` what became of each. Raises UnreadableFileError for
    a file whose header nobody knows.
    """
    form = recognise(path)
    account = Account(total=sum(1 for _ in rows_of(path)))
    products: Iterator[SourceProduct] = form.products(rows_of(path))
    if is_dry_run:
        for product in products:
            _tell(_judge(product), account, progress, witness)
        return account
    file = open_file("products", path, form.NAME, account.total)
    done = file.done
    account.counts.update(imported=file.imported, credited=file.credited, rejected=file.rejected, skipped=file.skipped)
    for reason in file.rows.values_list("reason", flat=True).iterator():
        account.reasons[reason] = account.reasons.get(reason, 0) + 1
    for product in islice(products, done):
        _tell(_judge(product), Account(total=account.total), progress, witness)
    writer = ProductWriter(market, actor)
    for product in products:
        done += 1
        with transaction.atomic():
            outcomes = _bring(product, writer)
            mark_done(file, done, outcomes)
        _tell(outcomes, account, progress, witness)
    finish(file)
    return account


def recognise(path: Path) -> ModuleType:
    """The format whose columns the header has. Raises UnreadableFileError, and says which are known."""
    header = set(header_of(path))
    for form in FORMATS:
        if header >= form.HEADERS:
            return form
    raise UnreadableFileError(
        f"{path.name} is no product file of Shopify or WooCommerce (its columns: {', '.join(sorted(header))[:300]})"
    )


def _bring(product: SourceProduct, writer: ProductWriter) -> list[RowOutcome]:
    outcomes = _judge(product)
    if all(outcome.outcome != IMPORTED for outcome in outcomes):
        return outcomes
    try:
        with transaction.atomic():
            writer.write(product)
    except DomainError as error:
        return [RowOutcome(row, REJECTED, error.message, product.title) for row in product.rows]
    return outcomes


def _judge(product: SourceProduct) -> list[RowOutcome]:
    """What becomes of each row. A product without one sound variant is rejected with all its rows."""
    if is_imported(product.reference):
        return [RowOutcome(row, SKIPPED, "the product is there already", product.title) for row in product.rows]
    taken = taken_skus(variant.sku for variant in product.variants)
    for sku in _repeated(variant.sku for variant in product.variants) | taken:
        for variant in [v for v in product.variants if v.sku == sku]:
            product.faults[variant.row] = f"the SKU {sku} is taken"
            product.variants.remove(variant)
    if not product.variants:
        why = next(iter(product.faults.values()), "no variant")
        product.faults = {row: product.faults.get(row, why) for row in product.rows}
    return [
        RowOutcome(row, REJECTED, product.faults[row], product.title)
        if row in product.faults
        else RowOutcome(row, IMPORTED)
        for row in product.rows
    ]


def _repeated(skus: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {sku for sku in skus if sku in seen or seen.add(sku)}  # type: ignore[func-returns-value]


def _tell(outcomes: list[RowOutcome], account: Account, progress: Progress, witness: Witness) -> None:
    account.add(outcomes)
    progress(len(outcomes), account.total)
    witness(outcomes)



