"""A feed as a file: written once for each version from the rows, streamed from disk to everybody who asks."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from stoa.catalogue.markets.queries import base_url
from stoa.kernel import clock
from stoa.marketing.feeds import writing
from stoa.marketing.feeds.models import FeedProduct, FeedState

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

FORMATS = {"google": "xml", "meta": "csv"}
_LEVEL = 5


@dataclass(frozen=True, slots=True)
class FeedFile:
    path: Path
    etag: str
    is_gzip: bool


def feed_file(market: Market, state: FeedState, name: str, *, is_gzip: bool) -> FeedFile:
    """The file of this version, written where it is not there yet. ``name`` is a key of ``FORMATS``."""
    folder = Path(settings.STOA_HOME) / "feeds"
    # The front's name and address stand in the head: another of these is another file.
    stem = f"{market.pk}-{name}"
    version = f"{state.version}-{_head_key(market)}"
    plain = folder / f"{stem}-{version}.{FORMATS[name]}"
    if not plain.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(plain, _text(market, name))
        _drop_others(folder, stem, version)
    etag = f'"feed-{stem}-{version}{"-gz" if is_gzip else ""}"'
    if not is_gzip:
        return FeedFile(plain, etag, False)
    packed = plain.with_suffix(plain.suffix + ".gz")
    if not packed.exists():
        _pack(plain, packed)
    return FeedFile(packed, etag, True)


def _head_key(market: Market) -> str:
    import zlib

    return f"{zlib.crc32('|'.join([base_url(market), market.shop_name, market.tagline]).encode()):08x}"


def _text(market: Market, name: str) -> Iterator[str]:
    if name == "google":
        yield writing.google_start(market.shop_name, f"{base_url(market)}/", market.tagline or market.shop_name)
    else:
        yield writing.meta_start()
    rows = FeedProduct.objects.filter(market_id=market.pk, items__gt=0).order_by("product_id")
    yield from rows.values_list(name, flat=True).iterator(chunk_size=200)
    if name == "google":
        yield writing.GOOGLE_END


def _write(path: Path, texts: Iterator[str]) -> None:
    """Whole or not at all: who reads meanwhile sees no half."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".feed-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            for text in texts:
                out.write(text)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _pack(plain: Path, packed: Path) -> None:
    handle, name = tempfile.mkstemp(dir=packed.parent, prefix=".feed-")
    try:
        with (
            os.fdopen(handle, "wb") as out,
            gzip.GzipFile("", "wb", _LEVEL, out, mtime=0) as zipped,
            plain.open("rb") as raw,
        ):
            shutil.copyfileobj(raw, zipped, 256 * 1024)
        os.replace(name, packed)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _drop_others(folder: Path, stem: str, version: str) -> None:
    """Former versions. Whoever is being sent one goes on reading it."""
    for path in folder.glob(f"{stem}-*"):
        if not path.name.startswith(f"{stem}-{version}."):
            path.unlink(missing_ok=True)
    hour_ago = clock.now().timestamp() - 3600
    for left in folder.glob(".feed-*"):
        if left.stat().st_mtime < hour_ago:
            left.unlink(missing_ok=True)
