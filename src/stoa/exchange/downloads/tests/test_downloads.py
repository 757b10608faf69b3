"""Files for sale from WooCommerce's export: fetched, attached, refused, taken back."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from stoa.catalogue.files.actions import attach_file, remove_file
from stoa.catalogue.files.models import DigitalFile, DownloadTerms
from stoa.catalogue.files.queries import kept_files, own_terms
from stoa.catalogue.products.models import Product
from stoa.catalogue.testing import make_market
from stoa.exchange.files.models import ImportedFile, ImportedPicture
from stoa.exchange.pictures.actions import fetch_pictures, retry_pictures
from stoa.exchange.pictures.queries import progress_of, waiting_products
from stoa.exchange.products.actions import import_products
from stoa.exchange.products.settings import ImportSettings
from stoa.exchange.testing import write_csv
from stoa.exchange.undoing.actions import undo_import
from stoa.inventory.testing import make_location
from stoa.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db

HEADER = [
    "ID", "Type", "SKU", "Name", "Regular price", "Parent", "Attribute 1 name", "Attribute 1 value(s)", "Download limit",
    "Download expiry days", "Download 1 name", "Download 1 URL", "Download 2 name", "Download 2 URL",
]  # fmt: skip
ANSWERS = {
    "/book.pdf": ("application/pdf", b"%PDF the book"),
    "/song.flac": ("audio/flac", b"fLaC" * 300_000),
    "/login.zip": ("text/html", b"<html>Log in</html>"),
    "/manual.html": ("text/html", b"<html>Manual</html>"),
    "/empty.pdf": ("application/pdf", b""),
}


@pytest.fixture
def folder(settings, tmp_path):
    at = tmp_path / "private"
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {"location": str(at)}},
    }
    return at


@pytest.fixture
def server(settings):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found.hits.append(self.path)
            if self.path.startswith("/inside"):
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
                self.end_headers()
                return
            kind, content = ANSWERS.get(self.path, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.daemon_threads = True
    found.hits = []
    found.url = f"http://127.0.0.1:{found.server_port}"
    settings.STOA_IMPORT_HOSTS = [f"127.0.0.1:{found.server_port}"]
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield found
    found.shutdown()
    found.server_close()
    thread.join()


@pytest.fixture
def bring(tmp_path):
    market = make_market()
    make_location(market)

    def perform(*rows, name="goods.csv", fetches=True, **options):
        path = write_csv(tmp_path / name, rows, header=HEADER)
        account = import_products(path, market=market, actor=SYSTEM, settings=ImportSettings(**options))
        assert account.counts["rejected"] == 0
        file = ImportedFile.objects.order_by("-pk").first()
        for file_id, product_id in waiting_products() if fetches else ():
            fetch_pictures(file_id, product_id)
        return file, account

    return perform


def simple(sku, *downloads, limit="", days=""):
    cells = [*downloads, "", "", "", ""][:4]
    return ["", "simple, downloadable, virtual", sku, sku.title(), "5", "", "", "", limit, days, *cells]


def files_of(sku):
    product = Product.objects.get(variants__sku=sku)
    return [(one.name, one.sku, one.sha256) for one in kept_files([product.pk]).get(product.pk, ())]


def sha(data):
    return hashlib.sha256(data).hexdigest()


def errors(file):
    return {one.name: one.error for one in file.pictures.filter(state="failed")}


def bytes_in(folder):
    """Of files for sale."""
    return sorted(path.read_bytes() for path in (folder / "files").rglob("*") if path.is_file())


def test_files_are_fetched_attached_and_limited_as_the_export_says(bring, server, folder):
    file, account = bring(
        simple("book", "The book", f"{server.url}/book.pdf", "Song.flac", f"{server.url}/song.flac", limit="3", days="14"),
        simple("free", "", f"{server.url}/book.pdf"),
    )  # fmt: skip
    assert account.notes == {}
    book, song = sha(ANSWERS["/book.pdf"][1]), sha(ANSWERS["/song.flac"][1])
    assert files_of("book") == [("The book.pdf", "", book), ("Song.flac", "", song)]
    assert files_of("free") == [("book.pdf", "", book)]
    terms = own_terms(Product.objects.values_list("pk", flat=True))
    by_sku = {product.variants.get().sku: terms.get(product.pk) for product in Product.objects.all()}
    assert by_sku == {"book": (14, 3), "free": (0, 0)}
    assert {product.kind for product in Product.objects.all()} == {"digital"}
    assert (progress_of(file.pk).done, progress_of(file.pk).failed, progress_of(file.pk).waiting) == (3, 0, 0)
    assert fetch_pictures(file.pk, Product.objects.first().pk) == 0
    assert DigitalFile.objects.count() == 3


def test_files_of_variants_belong_to_them_and_what_all_have_to_the_product(bring, server, folder):
    all_ = ["Guide", f"{server.url}/book.pdf"]
    bring(
        ["1", "variable", "set", "Set", "", "", "Format", "PDF, FLAC", "", "", "", "", "", ""],
        ["2", "variation, downloadable", "set-p", "", "5", "set", "Format", "PDF", "2", "", *all_, "", ""],
        ["3", "variation, downloadable", "set-f", "", "6", "set", "Format", "FLAC", "2", "", *all_, "Song",
         f"{server.url}/song.flac"],
    )  # fmt: skip
    assert [row[:2] for row in files_of("set-p")] == [("Guide.pdf", ""), ("Song.flac", "set-f")]
    assert server.hits.count("/book.pdf") == 1
    assert DownloadTerms.objects.get().downloads == 2


def test_what_cannot_be_had_is_an_error_of_its_row_and_the_rest_comes(bring, server, folder, settings):
    settings.STOA_FILE_MAX_MB = 1
    file, _ = bring(
        simple("a", "Private", "http://127.0.0.1:9/x.pdf", "Redirected", f"{server.url}/inside.pdf"),
        simple("b", "Page", f"{server.url}/login.zip", "Html", f"{server.url}/manual.html"),
        simple("c", "Large", f"{server.url}/song.flac", "Gone", f"{server.url}/none.pdf"),
        simple("d", "Empty", f"{server.url}/empty.pdf", "Path", "../../etc/passwd"),
        simple("e", "Book", f"{server.url}/book.pdf", limit="99999999"),
    )  # fmt: skip
    assert errors(file) == {
        "Private.pdf": "The address, or where it leads, is not a public one.",
        "Redirected.pdf": "The address, or where it leads, is not a public one.",
        "Page.zip": "The server sent a web page, and no file.",
        "Large.flac": "The file is larger than 1 MB.",
        "Gone.pdf": "The server answered 404.",
        "Empty.pdf": "This file is empty.",
        "Path": "This is no web address, and no folder or archive of files came along.",
    }
    assert [row for sku in "abcde" for row in files_of(sku)] == [
        ("Html.html", "", sha(b"<html>Manual</html>")), ("Book.pdf", "", sha(b"%PDF the book")),
    ]  # fmt: skip
    assert len(bytes_in(folder)) == 2
    assert own_terms([Product.objects.get(variants__sku="e").pk])[Product.objects.get(variants__sku="e").pk] == (
        0,
        None,
    )
    settings.STOA_FILE_MAX_MB = 10
    assert retry_pictures(file.pk, actor=SYSTEM) == 7
    fetch_pictures(file.pk, Product.objects.get(variants__sku="c").pk)
    assert [row[0] for row in files_of("c")] == ["Large.flac"]


def test_files_come_from_an_archive_by_their_names(bring, folder, tmp_path, settings):
    settings.STOA_FILE_MAX_MB = 1
    with zipfile.ZipFile(tmp_path / "files.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2024/book.pdf", b"%PDF local")
        archive.writestr("big.bin", b"0" * 1_100_000)
    file, _ = bring(
        simple("book", "Book", "https://old.example/uploads/2024/book.pdf", "Big", "big.bin"),
        pictures=str(tmp_path / "files.zip"),
    )
    assert files_of("book") == [("Book.pdf", "", sha(b"%PDF local"))]
    assert errors(file) == {"Big.bin": "The file is larger than 1 MB."}


def test_undoing_takes_products_files_and_their_bytes_away(bring, server, folder):
    file, _ = bring(simple("book", "Book", f"{server.url}/book.pdf", limit="2"))
    assert len(bytes_in(folder)) == 1
    undo_import(file.pk, actor=SYSTEM)
    assert (Product.objects.count(), DigitalFile.objects.count(), DownloadTerms.objects.count()) == (0, 0, 0)


def test_an_update_adds_what_is_missing_and_its_undoing_takes_only_that(bring, server, folder):
    bring(simple("book", "Book", f"{server.url}/book.pdf", limit="2"))
    product = Product.objects.get()
    own = attach_file(product.pk, ContentFile(b"mine", "mine.pdf"), actor=SYSTEM)
    rows = simple("book", "Book", f"{server.url}/song.flac", "Song", f"{server.url}/song.flac", limit="5")
    rows[11] = f"{server.url}/book.pdf"
    file, account = bring(rows, name="more.csv", update=True)
    assert account.things == {"updated": 1}
    assert [row[0] for row in files_of("book")] == ["Book.pdf", "mine.pdf", "Song.flac"]
    assert own_terms([product.pk]) == {product.pk: (0, 5)}
    _, account = bring(rows, name="more.csv", update=True)
    assert account.things == {"unchanged": 1}
    assert DigitalFile.objects.count() == 3
    undo_import(file.pk, actor=SYSTEM)
    assert [row[0] for row in files_of("book")] == ["Book.pdf", "mine.pdf"]
    assert own_terms([product.pk]) == {product.pk: (0, 2)}
    assert remove_file(own.pk, actor=SYSTEM) is True


def test_a_worker_that_died_after_attaching_does_not_attach_twice(bring, server, folder):
    file, _ = bring(simple("book", "Book", f"{server.url}/book.pdf"))
    row = ImportedPicture.objects.get()
    attached = row.attached_id
    ImportedPicture.objects.update(state="waiting", attached_id=None)
    assert fetch_pictures(file.pk, row.product_id) == 0
    row.refresh_from_db()
    assert (row.state, row.attached_id, DigitalFile.objects.count()) == ("done", attached, 1)
    assert Path(folder).exists()
