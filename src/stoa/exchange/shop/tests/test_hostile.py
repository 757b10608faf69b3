"""Archives that are not what they say: what is wrong is told and left out, the rest comes, and nothing is left lying."""

from __future__ import annotations

import hashlib
import json
import random
import tracemalloc
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from stoa.catalogue.files.actions import attach_file
from stoa.catalogue.files.models import DigitalFile
from stoa.catalogue.media.actions import store_picture
from stoa.catalogue.models import Video
from stoa.catalogue.products.models import Product
from stoa.catalogue.testing import make_market, make_product, picture_bytes
from stoa.catalogue.videos.actions import store_video
from stoa.exchange.files.models import ImportedPicture
from stoa.exchange.pictures.actions import fetch_pictures
from stoa.exchange.pictures.queries import waiting_products
from stoa.exchange.shop.exporting import write_shop
from stoa.exchange.shop.importing import import_shop
from stoa.inventory.testing import make_location
from stoa.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db
FILM = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00" + b"\x00" * 64
BOOK = b"%PDF-1.7 a book"
BOOK_NAME = f"files/{hashlib.sha256(BOOK).hexdigest()}"


@pytest.fixture
def market():
    found = make_market()
    make_location(found)
    return found


@pytest.fixture
def honest(market, tmp_path):
    """An archive with a film and a file that is sold; the shop is empty again."""
    poster = store_picture(picture_bytes(colour="red"), "red", SYSTEM)
    store_video(ContentFile(FILM, "turn.mp4"), "Turning", actor=SYSTEM, poster_id=poster.pk)
    book = make_product("Book", 900, market=market, slug="book", kind="digital")
    attach_file(book.pk, ContentFile(BOOK, "book.pdf"), actor=SYSTEM)
    make_product("Cup", 900, market=market, slug="cup")
    write_shop(tmp_path / "honest.zip", market)
    for model in (DigitalFile, Video, Product):
        model.objects.all().delete()
    return tmp_path / "honest.zip"


def altered(source, **entries):
    """The archive with other bytes in the entries whose names begin so; None leaves one out."""
    target = source.with_name("altered.zip")
    with zipfile.ZipFile(source) as honest, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in honest.namelist():
            change = next((change for start, change in entries.items() if name.startswith(start)), honest.read(name))
            if change is not None:
                made.writestr(name, change)
    return target


def bring(path, market):
    account = import_shop(path, market=market, actor=SYSTEM)
    for file_id, product_id in waiting_products():
        fetch_pictures(file_id, product_id)
    return account


def refusals():
    return list(ImportedPicture.objects.filter(kind="file").values_list("state", "error"))


def test_an_honest_one_brings_all(market, honest):
    account = bring(honest, market)
    assert (account.things, account.remarks) == ({"imported": 2}, [])
    assert Video.objects.count() == 1
    assert [(one.name, one.size) for one in DigitalFile.objects.all()] == [("book.pdf", len(BOOK))]


def test_other_bytes_under_the_name_of_a_file_for_sale_are_not_sold(market, honest):
    account = bring(altered(honest, files=b"something else"), market)
    assert account.things == {"imported": 2}
    assert DigitalFile.objects.count() == 0
    assert refusals() == [("failed", "The file is damaged in the archive.")]


def test_a_file_for_sale_that_is_not_there_is_told_and_the_rest_comes(market, honest):
    bring(altered(honest, files=None), market)
    assert (Product.objects.count(), DigitalFile.objects.count()) == (2, 0)
    assert [state for state, _ in refusals()] == ["failed"]


def test_one_that_is_larger_than_files_may_be_is_refused(market, honest, settings):
    settings.STOA_FILE_MAX_MB = 1
    with zipfile.ZipFile(honest) as archive:
        goods = archive.read("products.csv").decode()
    bomb = bytes(3_000_000)
    name = f"files/{hashlib.sha256(bomb).hexdigest()}"
    target = altered(honest, **{"products.csv": goods.replace(BOOK_NAME, name).encode(), "files": None})
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bomb)
    tracemalloc.start()
    bring(target, market)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000
    assert DigitalFile.objects.count() == 0
    assert refusals() == [("failed", "The file is larger than 1 MB.")]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\..\\secret", "file:///etc/passwd"])
def test_a_name_never_leads_out_of_the_archive(market, honest, name):
    with zipfile.ZipFile(honest) as archive:
        goods = archive.read("products.csv").decode()
    said = json.dumps(name)[1:-1].replace('"', '""')
    bring(altered(honest, **{"products.csv": goods.replace(BOOK_NAME, said).encode()}), market)
    assert (Product.objects.count(), DigitalFile.objects.count()) == (2, 0)
    assert [state for state, _ in refusals()] == ["failed"]


@pytest.mark.parametrize("film", [b"<html><script>alert(1)</script></html>", b"", FILM[:6]])
def test_what_is_no_film_is_left_out_and_leaves_no_file(market, honest, film):
    account = bring(altered(honest, **{"videos/": film}), market)
    assert account.things == {"imported": 2}
    assert Video.objects.count() == 0
    stored = default_storage.listdir("videos")[1] if default_storage.exists("videos") else []
    assert [name for name in stored if name.startswith(hashlib.sha256(film).hexdigest()[:20])] == []
    assert len(account.remarks) == 1


def test_a_line_without_end_is_one_fault_and_memory_stays_flat(market, honest):
    target = altered(honest, **{"products.csv": None})
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("products.csv", "w") as goods:
        goods.write(b"Handle,Title,Variant Price,Variant SKU\r\n")
        # Hardly to be packed, or the archive as a whole would be refused as a bomb.
        piece = random.Random(1).randbytes(500_000).hex().encode()
        for _ in range(40):
            goods.write(piece)
        goods.write(b"\r\ncup,Cup,9.00,CUP\r\n")
    tracemalloc.start()
    account = bring(target, market)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000
    assert account.counts["rejected"] == 1
    assert list(Product.objects.values_list("title", flat=True)) == ["Cup"]
