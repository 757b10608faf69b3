"""An archive that ``exporting`` wrote, brought into this shop. It is as little trusted as any other file."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File
from django.db import transaction

from stoa.catalogue.categories.actions import create_category, update_category
from stoa.catalogue.media.actions import store_picture
from stoa.catalogue.prices.actions import create_price_list
from stoa.catalogue.prices.queries import price_lists
from stoa.catalogue.products.importing import category_named
from stoa.catalogue.redirects import all_redirects, move_address
from stoa.catalogue.types.actions import ChoiceData, define_attribute, define_type
from stoa.catalogue.types.queries import attribute_views, types
from stoa.catalogue.videos.actions import store_video
from stoa.catalogue.videos.rules import MAX_BYTES, MAX_CAPTION_BYTES
from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files.actions import Account, RowOutcome
from stoa.exchange.pictures.errors import ArchiveRefusedError, PictureUnavailableError
from stoa.exchange.pictures.sources import Archive
from stoa.exchange.products.actions import import_products
from stoa.exchange.products.settings import ImportSettings
from stoa.exchange.shop.exporting import FORMAT, VERSION
from stoa.inventory.stock.actions import create_location
from stoa.inventory.stock.queries import locations
from stoa.kernel.errors import DomainError

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.exchange.files.models import ImportedFile
    from stoa.kernel.actors import Actor

MAX_JSON = 50_000_000
MAX_PRODUCTS = 4_000_000_000


def import_shop(
    path: Path,
    *,
    market: Market,
    actor: Actor,
    is_dry_run: bool = False,
    update: bool = False,
    file: ImportedFile | None = None,
    progress: Callable[[int, int], None] = lambda rows, total: None,
    witness: Callable[[list[RowOutcome]], None] = lambda outcomes: None,
) -> Account:
    """Categories, attributes, types, price lists, locations and redirects that are not there yet, then the products with
    their pictures. May be repeated. Raises UnreadableFileError."""
    archive = opened(path)
    notes: list[str] = []
    if not is_dry_run:
        _ground(archive, market, actor, notes)
    with tempfile.TemporaryDirectory(prefix="stoa-shop-") as folder:
        goods = Path(folder) / path.with_suffix(".csv").name
        archive.unpack("products.csv", goods)
        settings = ImportSettings(update=update, pictures=str(path.resolve()))
        account = import_products(
            goods, market=market, actor=actor, is_dry_run=is_dry_run, settings=settings, file=file, progress=progress,
            witness=witness,
        )  # fmt: skip
    account.remarks += [note for note in notes if note not in account.remarks]
    return account


class ShopArchive:
    def __init__(self, archive: Archive, name: str) -> None:
        self._archive = archive
        self._name = name

    def json(self, name: str) -> Any:
        """Raises UnreadableFileError."""
        entry = self._archive.entry(name)
        if entry is None:
            return None
        try:
            return json.loads(self._archive.content(entry, MAX_JSON))
        except (PictureUnavailableError, ValueError, RecursionError) as error:
            raise UnreadableFileError(f"{self._name}: {name} cannot be read") from error

    def picture(self, name: str) -> bytes:
        """Raises PictureUnavailableError."""
        return self._archive.read(name)

    def small(self, name: str, most: int) -> bytes:
        """At most ``most`` bytes of exactly this file. Raises UnreadableFileError, PictureUnavailableError."""
        entry = self._archive.entry(name)
        if entry is None:
            raise UnreadableFileError(f"{self._name} has no {name}")
        return self._archive.content(entry, most)

    def unpack(self, name: str, target: Path, most: int = MAX_PRODUCTS) -> None:
        """Write one file of the archive to ``target``, and no more than it may have. Raises UnreadableFileError."""
        entry = self._archive.entry(name)
        if entry is None or entry.file_size > most:
            raise UnreadableFileError(f"{self._name} has no {name}")
        try:
            with self._archive.stream(entry) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
        except (OSError, ValueError, EOFError, RuntimeError) as error:
            raise UnreadableFileError(f"{self._name}: {name} is damaged") from error


def opened(path: Path) -> ShopArchive:
    """Raises UnreadableFileError."""
    try:
        archive = ShopArchive(Archive(path), path.name)
    except ArchiveRefusedError as error:
        raise UnreadableFileError(str(error.message)) from error
    said = archive.json("shop.json")
    if not isinstance(said, dict) or said.get("format") != FORMAT or said.get("version") != VERSION:
        raise UnreadableFileError(f"{path.name} is no archive of a whole shop")
    return archive


def _ground(archive: ShopArchive, market: Market, actor: Actor, notes: list[str]) -> None:
    """What products stand on. Each part by itself: what cannot be is noted, and the rest comes."""
    parts: list[tuple[str, Callable[[], None]]] = [
        ("pictures", lambda: _pictures(archive, actor, notes)),
        ("videos", lambda: _videos(archive, actor, notes)),
        ("categories", lambda: _categories(archive, actor, notes)),
        ("attributes", lambda: _attributes(archive, actor)),
        ("price lists", lambda: _price_lists(archive, actor)),
        ("locations", lambda: _locations(archive, market, actor)),
        ("redirects", lambda: _redirects(archive)),
    ]
    for what, perform in parts:
        try:
            with transaction.atomic():
                perform()
        except DomainError as refusal:
            if isinstance(refusal, UnreadableFileError):
                raise
            notes.append(f"{what}: {refusal.message}")
        except (KeyError, TypeError, ValueError, AttributeError):
            notes.append(f"{what}: not in the form of this version")


def _pictures(archive: ShopArchive, actor: Actor, notes: list[str]) -> None:
    """Those inside of blocks, which must be there before the blocks."""
    for name in archive.json("shop.json").get("inside") or []:
        try:
            store_picture(archive.picture(str(name)), Path(str(name)).stem, actor)
        except DomainError as refusal:
            notes.append(f"{name}: {refusal.message}")


def _videos(archive: ShopArchive, actor: Actor, notes: list[str]) -> None:
    """The library of films, one at a time through a file of its own. The same bytes are the film that is here."""
    for row in archive.json("videos.json") or []:
        name = str(row["file"])
        try:
            with transaction.atomic(), tempfile.TemporaryDirectory(prefix="stoa-film-") as folder:
                _video(archive, row, Path(folder) / "film", actor)
        except DomainError as refusal:
            notes.append(f"{name}: {refusal.message}")


def _video(archive: ShopArchive, row: dict[str, Any], film: Path, actor: Actor) -> None:
    archive.unpack(str(row["file"]), film, MAX_BYTES)
    poster = store_picture(archive.picture(str(row["poster"])), str(row["title"]), actor) if row["poster"] else None
    said = ContentFile(archive.small(str(row["captions"]), MAX_CAPTION_BYTES)) if row["captions"] else None
    with film.open("rb") as file:
        store_video(File(file), str(row["title"]), actor=actor, poster_id=poster.pk if poster else None, captions=said)


def _categories(archive: ShopArchive, actor: Actor, notes: list[str]) -> None:
    known: dict[tuple[str, ...], int | None] = {}
    for row in archive.json("categories.json") or []:
        path = tuple(str(name) for name in row["path"])
        parent = known.get(path[:-1])
        if not path or (len(path) > 1 and parent is None):
            continue
        found = category_named(path[-1], parent)
        if found is None:
            fields = {name: row[name] for name in ("slug", "description", "seo_title", "seo_description")}
            made = create_category(
                path[-1],
                actor=actor,
                parent_id=parent,
                is_visible=bool(row["is_visible"]),
                filters=row.get("filters") or {},
                **fields,
            )
            found = made.pk
            if row.get("picture"):
                try:
                    picture = store_picture(archive.picture(str(row["picture"])), path[-1], actor)
                    update_category(found, actor=actor, picture_id=picture.pk)
                except DomainError as refusal:
                    notes.append(f"{path[-1]}: {refusal.message}")
        known[path] = found


def _attributes(archive: ShopArchive, actor: Actor) -> None:
    said = archive.json("attributes.json") or {}
    there = {view.code for view in attribute_views().values()}
    for row in said.get("attributes") or []:
        if row["code"] in there:
            continue
        choices = [ChoiceData(label, code, swatch) for code, label, swatch in row["choices"]]
        flags = {name: bool(row[name]) for name in ("is_multiple", "is_facet", "is_in_specification", "is_comparable")}
        define_attribute(
            row["code"], actor=actor, name=row["name"], kind=row["kind"], unit=row["unit"], decimals=row["decimals"],
            choices=choices if row["kind"] == "choice" else None, help_text=row["help_text"], **flags,
        )  # fmt: skip
    known = {row.code for row in types()}
    for row in said.get("types") or []:
        if row["code"] not in known:
            define_type(
                row["code"], actor=actor, name=row["name"], template=row["template"], sku_pattern=row["sku_pattern"],
                attributes=[code for code, _ in row["attributes"]],
                required=[code for code, is_required in row["attributes"] if is_required],
            )  # fmt: skip


def _price_lists(archive: ShopArchive, actor: Actor) -> None:
    there = {row.name.casefold() for row in price_lists()}
    for row in archive.json("price_lists.json") or []:
        if str(row["name"]).casefold() not in there:
            create_price_list(str(row["name"]), str(row["currency"]), actor=actor)


def _locations(archive: ShopArchive, market: Market, actor: Actor) -> None:
    """Only where there are several: the stock of a single one lies at the first of this shop."""
    rows = archive.json("locations.json") or []
    there = {row.code.casefold() for row in locations()}
    if len(rows) < 2:
        return
    for row in rows:
        if str(row["code"]).casefold() not in there:
            create_location(
                str(row["code"]), str(row["name"]), actor=actor, market_ids=[market.pk], priority=int(row["priority"])
            )


def _redirects(archive: ShopArchive) -> None:
    there = {old for old, _ in all_redirects()}
    for old, new in archive.json("redirects.json") or []:
        is_inside = str(new).startswith("/") and not str(new).startswith("//")
        if str(old).startswith("/") and is_inside and old not in there:
            move_address(str(old), str(new))
