"""The whole catalogue as one archive: products in the columns of Shopify, what those cannot say, every picture and film,
and the files that are sold. So it is as precious as what it holds."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from django.core.files.storage import default_storage, storages

from stoa.catalogue.files.queries import KeptFile, kept_files
from stoa.catalogue.prices.queries import price_lists
from stoa.catalogue.products.exporting import (
    PictureFile,
    category_rows,
    picture_files,
    product_facts,
    product_ids,
    with_references,
)
from stoa.catalogue.redirects import all_redirects
from stoa.catalogue.types.queries import attribute_views, attributes_of_type, types
from stoa.catalogue.videos.queries import VideoFile, video_files
from stoa.exchange.files.sheets import inert
from stoa.exchange.products.exporting import PIECE, columns, product_rows
from stoa.inventory.stock.queries import locations

if TYPE_CHECKING:
    from django.core.files.storage import Storage

    from stoa.catalogue.markets.models import Market

FORMAT = "stoa-shop"
VERSION = 1
FILES = "files"


@dataclass(frozen=True, slots=True)
class Written:
    products: int
    pictures: int
    files: int = 0


def write_shop(path: Path, market: Market) -> Written:
    """Write the archive whole or not at all, readable by its owner only. Memory does not grow with the shop."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            written = _write(archive, market)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return written


def picture_name(picture: PictureFile) -> str:
    """In the archive: by the hash of the upload, so that the same picture has the same name in every archive."""
    suffix = PurePosixPath(picture.original or picture.file).suffix.lower() or ".jpg"
    return f"pictures/{picture.hash or f'picture-{picture.id}'}{suffix}"


def film_name(film: VideoFile) -> str:
    return f"videos/{film.hash}.{film.kind}"


def captions_name(film: VideoFile) -> str:
    return f"videos/{film.hash}.vtt"


def file_name(file: KeptFile) -> str:
    """By what is in it, so that a file that comes with several products is there once."""
    return f"{FILES}/{file.sha256}"


def _write(archive: zipfile.ZipFile, market: Market) -> Written:
    pictures: dict[int, PictureFile] = {}
    inside = _chosen_pictures()
    # First what products stand on, then the products, then their pictures.
    categories = category_rows()
    pictures |= picture_files([row["picture_id"] for row in categories if row["picture_id"]])
    _json(archive, "shop.json", {
        "format": FORMAT, "version": VERSION, "currency": market.currency, "inside": sorted(inside.values()),
    })  # fmt: skip
    _json(archive, "categories.json", [_category(row, pictures) for row in categories])
    _json(archive, "attributes.json", _attributes())
    _json(archive, "price_lists.json", [
        {"name": row.name, "currency": row.currency} for row in price_lists() if row.id != market.price_list_id
    ])  # fmt: skip
    _json(archive, "locations.json", [
        {"code": row.code, "name": row.name, "priority": row.priority} for row in locations()
    ])  # fmt: skip
    _json(archive, "redirects.json", [list(pair) for pair in all_redirects()])
    films = video_files()
    posters = picture_files([film.poster_id for film in films if film.poster_id])
    pictures |= posters
    _json(archive, "videos.json", [_film(film, posters) for film in films])
    _products(archive, market)
    ids = {pk for start, chosen in _pieces() for pk in chosen} | set(inside) | set(pictures)
    names: set[str] = set()
    for picture in picture_files(sorted(ids)).values():
        name = picture_name(picture)
        if name not in names and _copy(archive, picture, name):
            names.add(name)
    for film in films:
        _copy_from(archive, default_storage, film.file, film_name(film))
        if film.captions:
            _copy_from(archive, default_storage, film.captions, captions_name(film))
    return Written(len(product_ids()), len(names), _files(archive))


def _files(archive: zipfile.ZipFile) -> int:
    """What is sold, from the private storage. Returns how many different ones there are."""
    written: set[str] = set()
    ids = product_ids()
    for start in range(0, len(ids), PIECE):
        for files in kept_files(ids[start : start + PIECE]).values():
            for file in files:
                name = file_name(file)
                if name not in written and _copy_from(archive, storages["private"], file.path, name):
                    written.add(name)
    return len(written)


def _products(archive: zipfile.ZipFile, market: Market) -> None:
    with archive.open("products.csv", "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as file:
        writer = csv.writer(file)
        header = columns()
        writer.writerow([inert(name) for name in header])
        for row in product_rows(market, picture_name, file_name):
            writer.writerow([inert(cell) for cell in row])


def _pieces():  # type: ignore[no-untyped-def]
    """(start, ids of the pictures that products of this piece show)."""
    ids = product_ids()
    for start in range(0, len(ids), PIECE):
        facts = product_facts(ids[start : start + PIECE])
        yield start, {picture[0] for product in facts.values() for picture in product["pictures"]}


def _chosen_pictures() -> dict[int, str]:
    """Pictures inside of blocks, by id: their names in the archive."""
    found: set[int] = set()

    def note(kind: str, pk: Any) -> Any:
        if kind == "picture":
            found.add(pk)
        return pk

    ids = product_ids()
    for start in range(0, len(ids), PIECE):
        for product in product_facts(ids[start : start + PIECE]).values():
            with_references(product["body"], note)
    return {pk: picture_name(picture) for pk, picture in picture_files(found).items()}


def _category(row: dict[str, Any], pictures: dict[int, PictureFile]) -> dict[str, Any]:
    picture = pictures.get(row["picture_id"])
    return {
        **{name: value for name, value in row.items() if name != "picture_id"},
        "picture": picture_name(picture) if picture else "",
    }


def _film(film: VideoFile, posters: dict[int, PictureFile]) -> dict[str, str]:
    poster = posters.get(film.poster_id or 0)
    return {
        "title": film.title,
        "file": film_name(film),
        "captions": captions_name(film) if film.captions else "",
        "poster": picture_name(poster) if poster else "",
    }


def _attributes() -> dict[str, Any]:
    fields = (
        "code", "name", "kind", "unit", "decimals", "is_multiple", "is_facet", "is_in_specification", "is_comparable",
        "help_text",
    )  # fmt: skip
    return {
        "attributes": [
            {
                **{name: getattr(view, name) for name in fields},
                "choices": [[choice.code, choice.label, choice.swatch] for choice in view.choices],
            }
            for view in attribute_views().values()
        ],
        "types": [
            {
                "code": row.code, "name": row.name, "template": row.template, "sku_pattern": row.sku_pattern,
                "attributes": [[view.code, view.is_required] for view in attributes_of_type(row.pk)],
            }
            for row in types()
        ],
    }  # fmt: skip


def _copy(archive: zipfile.ZipFile, picture: PictureFile, name: str) -> bool:
    """The upload where it was kept, else the file that pages use. False where neither is there any more."""
    storage, source = (storages["private"], picture.original) if picture.original else (default_storage, picture.file)
    return _copy_from(archive, storage, source, name)


def _copy_from(archive: zipfile.ZipFile, storage: Storage, source: str, name: str) -> bool:
    """False where there is no such file any more."""
    try:
        with storage.open(source, "rb") as file:
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as target:
                _pour(file, target)
    except FileNotFoundError:
        return False
    return True


def _pour(source: Any, target: IO[bytes]) -> None:
    while piece := source.read(1 << 20):
        target.write(piece)


def _json(archive: zipfile.ZipFile, name: str, value: Any) -> None:
    archive.writestr(name, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True))
