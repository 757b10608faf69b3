"""Bring a product file in: every product in a transaction of its own, with its account, so that a crash loses nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

from stoa.catalogue.products.importing import product_at, products_by_reference, products_by_sku
from stoa.catalogue.products.rules import one_line, slugify
from stoa.exchange.downloads.actions import note_files
from stoa.exchange.files.actions import (
    IMPORTED,
    REJECTED,
    SKIPPED,
    UNCHANGED,
    UPDATED,
    Account,
    RowOutcome,
    account_of,
    as_it_was,
    finish,
    hold,
    mark_done,
    open_file,
)
from stoa.exchange.files.models import ImportedFile, ImportedThing
from stoa.exchange.files.tables import header_of, rows_of
from stoa.exchange.pictures.actions import are_the_same, note_pictures
from stoa.exchange.products.attributes import Attributes
from stoa.exchange.products.forms import Form, form_of, remarks_of
from stoa.exchange.products.linking import link_parts, waiting_links
from stoa.exchange.products.settings import ImportSettings
from stoa.exchange.products.shapes import SourceProduct, SourceVariant, in_currency
from stoa.exchange.products.snapshots import difference, snapshot_of
from stoa.exchange.products.updating import ProductUpdater
from stoa.exchange.products.writing import ProductWriter
from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.errors import DomainError
from stoa.kernel.prepared import insert

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

Progress = Callable[[int, int], None]
Witness = Callable[[list[RowOutcome]], None]


def import_products(
    path: Path,
    *,
    market: Market,
    actor: Actor,
    is_dry_run: bool = False,
    settings: ImportSettings | None = None,
    file: ImportedFile | None = None,
    progress: Progress = lambda rows, total: None,
    witness: Witness = lambda outcomes: None,
) -> Account:
    """Import the products of ``path``. What was brought before, or by a run that died, is not brought again.

    With ``settings.update`` products that are there are changed where the file says otherwise. A dry run does all of it and
    takes each product back. ``file`` is the account where there is one already (it came by the back office). ``progress`` is
    told of rows done and of how many, ``witness`` what became of each. Raises UnreadableFileError for a file whose header
    nobody knows, MappingError for a map that does not fit.
    """
    settings = settings or ImportSettings()
    form, header = form_of(path, settings.mapping), header_of(path)
    attributes = Attributes(actor)
    total = _look_through(form, path, header, attributes)
    remarks = remarks_of(form, path)
    products = form.products(rows_of(path), header)
    if is_dry_run:
        account = Account(total, remarks=remarks)
        rehearsal = _Rehearsal(settings, market, actor, attributes)
        for product in products:
            _tell(rehearsal.try_out(product, account), account, progress, witness)
        return account
    if file is None:
        file = _open(path, form, settings, total, actor)
    if not file.done:
        ImportedFile.objects.filter(pk=file.pk).update(total_rows=total, remarks=remarks)
        file.total_rows, file.remarks = total, remarks
    account = account_of(file)
    for product in islice(products, file.done):
        outcomes = as_it_was(file, judge(product, Shelf(is_blind=True)))
        progress(len(outcomes), total)
        witness(outcomes)
    run = _Run(file, settings, market, actor, attributes)
    for product in products:
        _tell(run.bring(product, account), account, progress, witness)
    link_parts(file, actor)
    finish(file)
    return account


def _look_through(form: Form, path: Path, header: list[str], attributes: Attributes) -> int:
    """How many rows there are; and what the values of attributes are like, before the first is made."""
    total = 0
    for product in form.products(rows_of(path), header):
        total += len(product.rows)
        if product.variants:
            attributes.see(product.attributes)
    return total


def _open(path: Path, form: Form, settings: ImportSettings, total: int, actor: Actor) -> ImportedFile:
    text = form.NAME
    if settings.update or settings.mapping is not None or settings.pictures:
        said = json.dumps(settings.as_json(), sort_keys=True, default=str)
        text = f"{form.NAME}:{hashlib.sha256(said.encode()).hexdigest()}"
    return open_file(
        "products", path, text, total, settings=settings.as_json(), actor=str(actor), is_again=settings.update
    )


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

    def came_before(self, product: SourceProduct) -> bool:
        return product.reference in self._references

    def there(self, product: SourceProduct) -> int | None:
        """The product of the shop that this one is: the same reference, or the same address and a SKU of its own."""
        if self._is_blind:
            return None
        if found := products_by_reference([product.reference]).get(product.reference):
            return found
        at = product_at(slugify(product.handle)) if product.handle else None
        owners = products_by_sku([one_line(v.sku) for v in product.variants if v.sku])
        return at if at is not None and at in owners.values() else None

    def match(self, product: SourceProduct) -> int | None:
        """The same for updates, which trust an address, or SKUs that all are one product's. Raises DomainError where SKUs
        are those of several."""
        if found := self.there(product):
            return found
        if product.handle and (found := product_at(slugify(product.handle))):
            return found
        owners = set(products_by_sku([one_line(v.sku) for v in product.variants if v.sku]).values())
        if len(owners) > 1:
            raise DomainError("its SKUs belong to several products of the shop")
        return next(iter(owners), None)

    def taken(self, product: SourceProduct, *, by_others_than: int | None = None) -> set[str]:
        if self._is_blind:
            return set()
        skus = {variant.sku for variant in product.variants} - {""}
        owners = products_by_sku(skus)
        taken = {sku for sku, owner in owners.items() if owner != by_others_than}
        return taken | (skus & self._skus)


def judge(product: SourceProduct, shelf: Shelf, *, match: int | None = None) -> list[RowOutcome]:
    """What becomes of each row. A product without one sound variant is rejected with all its rows."""
    if match is None and product.variants and (shelf.came_before(product) or shelf.there(product)):
        product.variants = []
        return [RowOutcome(row, SKIPPED, "the product is there already", product.title) for row in product.rows]
    taken, kept = shelf.taken(product, by_others_than=match), []
    for variant in product.variants:
        if variant.sku and variant.sku in taken:
            product.faults[variant.row] = f"the SKU {variant.sku} is taken"
        elif variant.price is None and match is None and not product.is_group and "prices" not in variant.own:
            product.faults[variant.row] = "no price"
        else:
            kept.append(variant)
            taken.add(variant.sku)
    _keep(product, kept)
    if not kept:
        product.refuse(next(iter(product.faults.values()), "no variant"))
    return outcomes_of(product, IMPORTED)


def outcomes_of(product: SourceProduct, outcome: str) -> list[RowOutcome]:
    return [
        RowOutcome(row, REJECTED, product.faults[row], product.title)
        if row in product.faults
        else RowOutcome(
            row, outcome, "; ".join(product.notes.get(row, ())), product.title if row in product.notes else ""
        )
        for row in product.rows
    ]


def _keep(product: SourceProduct, kept: list[SourceVariant]) -> None:
    """Leave only these variants; pictures of the others show the product."""
    places = {id(variant): place for place, variant in enumerate(kept)}
    old = {place: places.get(id(variant)) for place, variant in enumerate(product.variants)}
    product.files = [
        one for one in product.files if not one.variants or any(old.get(p) is not None for p in one.variants)
    ]
    for shown in product.enclosed:
        shown.variants = [new for place in shown.variants if (new := old.get(place)) is not None]
    product.variants = kept


class _Run:
    """One product after the other into the shop."""

    def __init__(
        self, file: ImportedFile, settings: ImportSettings, market: Market, actor: Actor, attributes: Attributes
    ) -> None:
        self._file = file
        self._settings = settings
        self._writer = ProductWriter(market, actor, attributes, self._made_category)
        self._updater = ProductUpdater(self._writer, settings.fields)

    def bring(self, product: SourceProduct, account: Account) -> list[RowOutcome]:
        """One product in one transaction with its rows of the account."""
        with transaction.atomic():
            hold(self._file)
            outcomes, thing = self.outcomes(product, Shelf())
            mark_done(self._file, self._file.done + 1, outcomes)
        if thing:
            account.count_thing(thing)
        return outcomes

    def outcomes(self, product: SourceProduct, shelf: Shelf) -> tuple[list[RowOutcome], str]:
        """What becomes of the rows, and of the product ("" where nothing did). Needs a transaction."""
        in_currency(product, self._writer.market.currency)
        try:
            match = shelf.match(product) if self._settings.update and product.variants else None
        except DomainError as error:
            product.refuse(error.message)
            return outcomes_of(product, REJECTED), ""
        outcomes = judge(product, shelf, match=match)
        if not product.variants:
            return outcomes, ""
        try:
            with transaction.atomic():
                thing = self._create(product) if match is None else self._update(product, match)
        except DomainError as error:
            self._writer.forget()
            field = f" ({error.facts['field']})" if "field" in error.facts else ""
            product.refuse(f"{error.message}{field}")
            return outcomes_of(product, REJECTED), ""
        return outcomes_of(product, thing), thing

    def _create(self, product: SourceProduct) -> str:
        product_id = self._writer.write(product)
        needs_skus = any(one.variants for one in product.enclosed)
        skus = _skus_of(product_id) if needs_skus else []
        self._remember(product_id, product, is_new=True, after=waiting_links(product, product_id))
        for row, note in note_pictures(self._file, product_id, product.pictures, skus):
            product.note(row, note)
        if product.files:
            note_files(self._file, product_id, product.files, skus)
        return IMPORTED

    def _update(self, product: SourceProduct, product_id: int) -> str:
        before = snapshot_of(product_id)
        ids = self._updater.update(product, product_id, before)
        after = snapshot_of(product_id)
        was, became = difference(before, after)
        skus = [str(after.get(f"variant:{pk}:sku", "")) for pk in ids]
        has_new_pictures = (
            "pictures" in self._settings.fields
            and bool(product.pictures)
            and not are_the_same(product_id, product.pictures, skus)
        )
        has_new_files = "files" in self._settings.fields and bool(
            note_files(self._file, product_id, product.files, skus) if product.files else 0
        )
        if not became and not has_new_pictures and not has_new_files:
            return UNCHANGED
        self._remember(product_id, product, before=was, after=became)
        if has_new_pictures:
            for row, note in note_pictures(self._file, product_id, product.pictures, skus):
                product.note(row, note)
        return UPDATED

    def _remember(
        self,
        product_id: int,
        product: SourceProduct,
        *,
        is_new: bool = False,
        before: dict[str, object] | None = None,
        after: dict[str, object] | None = None,
    ) -> None:
        if is_new:
            # Nothing can be noted yet of what this transaction made.
            insert(
                ImportedThing(
                    file=self._file,
                    kind="product",
                    object_id=product_id,
                    name=product.title[:220],
                    is_new=True,
                    before=before or {},
                    after=after or {},
                )
            )
            return
        ImportedThing.objects.get_or_create(
            file=self._file, kind="product", object_id=product_id,
            defaults={
                "name": product.title[:220], "is_new": is_new, "before": before or {}, "after": after or {},
            },
        )  # fmt: skip

    def _made_category(self, category_id: int, name: str) -> None:
        ImportedThing.objects.create(
            file=self._file, kind="category", object_id=category_id, name=name[:220], is_new=True
        )


def _skus_of(product_id: int) -> list[str]:
    """In the order of the variants."""
    facts = snapshot_of(product_id)
    return [value for path, value in facts.items() if path.startswith("variant:") and path.endswith(":sku")]


class _Rehearsal:
    """The same, with every product taken back. What came before in the file is remembered instead."""

    def __init__(self, settings: ImportSettings, market: Market, actor: Actor, attributes: Attributes) -> None:
        self._shelf = Shelf()
        self._settings = settings
        self._market = market
        self._actor = actor
        self._attributes = attributes
        self._run: _Run | None = None

    def try_out(self, product: SourceProduct, account: Account) -> list[RowOutcome]:
        if self._market.pk is None:
            # A shop that nobody has founded has nothing to write into.
            in_currency(product, self._market.currency)
            outcomes = judge(product, self._shelf)
            if product.variants:
                account.count_thing(IMPORTED)
        else:
            outcomes, thing = self._tried(product)
            if thing:
                account.count_thing(thing)
        self._shelf.add(product)
        return outcomes

    def _tried(self, product: SourceProduct) -> tuple[list[RowOutcome], str]:
        with transaction.atomic():
            file = ImportedFile.objects.create(kind="rehearsal", started_at=clock.now())
            run = _Run(file, self._settings, self._market, self._actor, self._attributes)
            tried = run.outcomes(product, self._shelf)
            transaction.set_rollback(True)
        self._attributes.forget()
        return tried


def _tell(outcomes: list[RowOutcome], account: Account, progress: Progress, witness: Witness) -> None:
    account.add(outcomes)
    progress(len(outcomes), account.total)
    witness(outcomes)


def products_in(path: Path, settings: ImportSettings) -> Iterator[SourceProduct]:
    """The products of a file as they are read, for previews."""
    return form_of(path, settings.mapping).products(rows_of(path), header_of(path))
