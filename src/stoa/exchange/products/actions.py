"""Bring a product file in: every product in a transaction of its own, with its account, so that a crash loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from django.db import transaction

from stoa.catalogue.products.importing import is_imported, taken_skus
from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files.actions import (
    IMPORTED,
    REJECTED,
    SKIPPED,
    Account,
    RowOutcome,
    account_of,
    as_it_was,
    finish,
    hold,
    mark_done,
    open_file,
)
from stoa.exchange.files.tables import header_of, rows_of
from stoa.exchange.products import shopify, woocommerce
from stoa.exchange.products.shapes import SourceProduct
from stoa.exchange.products.writing import ProductWriter
from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.exchange.files.models import ImportedFile

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
    total = sum(1 for _ in rows_of(path))
    products: Iterator[SourceProduct] = form.products(rows_of(path))
    if is_dry_run:
        account, shelf = Account(total), Shelf()
        for product in products:
            _tell(judge(product, shelf), account, progress, witness)
            shelf.add(product)
        return account
    file = open_file("products", path, form.NAME, total)
    account = account_of(file)
    for product in islice(products, file.done):
        outcomes = as_it_was(file, judge(product, Shelf(is_blind=True)))
        progress(len(outcomes), total)
        witness(outcomes)
    writer = ProductWriter(market, actor)
    for product in products:
        _tell(_bring(product, file, writer), account, progress, witness)
    finish(file)
    return account


class Shelf:
    """What is there already: the shop's products, and in a dry run those of the file that came before.

    A blind one sees nothing: for rows whose fate is known.
    """

    def __init__(self, *, is_blind: bool = False) -> None:
        self._is_blind = is_blind
        self._references: set[str] = set()
        self._skus: set[str] = set()

    def add(self, product: SourceProduct) -> None:
        if product.variants:
            self._references.add(product.reference)
            self._skus.update(variant.sku for variant in product.variants)

    def has(self, product: SourceProduct) -> bool:
        return not self._is_blind and (product.reference in self._references or is_imported(product.reference))

    def taken(self, product: SourceProduct) -> set[str]:
        if self._is_blind:
            return set()
        skus = {variant.sku for variant in product.variants} - {""}
        return taken_skus(skus) | (skus & self._skus)


def recognise(path: Path) -> ModuleType:
    """The format whose columns the header has. Raises UnreadableFileError, and says which are known."""
    header = set(header_of(path))
    for form in FORMATS:
        if header >= form.HEADERS:
            return form
    raise UnreadableFileError(
        f"{path.name} is no product file of Shopify or WooCommerce (its columns: {', '.join(sorted(header))[:300]})"
    )


def judge(product: SourceProduct, shelf: Shelf) -> list[RowOutcome]:
    """What becomes of each row. A product without one sound variant is rejected with all its rows."""
    if shelf.has(product):
        product.variants = []
        return [RowOutcome(row, SKIPPED, "the product is there already", product.title) for row in product.rows]
    taken, kept = shelf.taken(product), []
    for variant in product.variants:
        if variant.sku and variant.sku in taken:
            product.faults[variant.row] = f"the SKU {variant.sku} is taken"
        else:
            kept.append(variant)
            taken.add(variant.sku)
    product.variants = kept
    if not kept:
        product.refuse(next(iter(product.faults.values()), "no variant"))
    return [
        RowOutcome(row, REJECTED, product.faults[row], product.title)
        if row in product.faults
        else RowOutcome(row, IMPORTED)
        for row in product.rows
    ]


def _bring(product: SourceProduct, file: ImportedFile, writer: ProductWriter) -> list[RowOutcome]:
    """One product in one transaction with its rows of the account."""
    with transaction.atomic():
        hold(file)
        outcomes = judge(product, Shelf())
        if product.variants:
            outcomes = _write(product, outcomes, writer)
        mark_done(file, file.done + 1, outcomes)
    return outcomes


def _write(product: SourceProduct, outcomes: list[RowOutcome], writer: ProductWriter) -> list[RowOutcome]:
    try:
        with transaction.atomic():
            writer.write(product)
    except DomainError as error:
        writer.forget()
        field = f" ({error.facts['field']})" if "field" in error.facts else ""
        product.refuse(f"{error.message}{field}")
        return [RowOutcome(row, REJECTED, product.faults[row], product.title) for row in product.rows]
    return outcomes


def _tell(outcomes: list[RowOutcome], account: Account, progress: Progress, witness: Witness) -> None:
    account.add(outcomes)
    progress(len(outcomes), account.total)
    witness(outcomes)
