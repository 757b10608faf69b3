"""Pictures from a server of our own, from folders and from archives, honest ones and others."""

from __future__ import annotations

import io
import stat
import struct
import threading
import time
import zipfile
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from stoa.catalogue.media.models import Picture
from stoa.catalogue.products.models import Product, ProductPicture
from stoa.catalogue.testing import make_market, picture_bytes
from stoa.exchange.files.models import ImportedFile, ImportedPicture
from stoa.exchange.pictures import sources
from stoa.exchange.pictures.actions import fetch_pictures, retry_pictures
from stoa.exchange.pictures.errors import ArchiveRefusedError, PicturesWaitError, PictureUnavailableError
from stoa.exchange.pictures.queries import progress_of
from stoa.exchange.pictures.sources import Archive, Folder
from stoa.exchange.products.actions import import_products
from stoa.exchange.products.settings import ImportSettings
from stoa.exchange.testing import write_csv
from stoa.inventory.testing import make_location
from stoa.kernel.actors import SYSTEM

pytestmark = pytest.mark.django_db

HEADER = [
    "Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price", "Image Src", "Image Position",
    "Image Alt Text", "Variant Image",
]  # fmt: skip


def huge_png() -> bytes:
    """A header that says 50,000 x 50,000 pixels, and no more."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


ANSWERS = {
    "/red.jpg": ("image/jpeg", picture_bytes(colour="red")),
    "/same.jpg": ("image/jpeg", picture_bytes(colour="red")),
    "/blue.jpg": ("image/jpeg", picture_bytes(colour="blue")),
    "/page.jpg": ("text/html; charset=utf-8", b"<html>Log in</html>"),
    "/liar.jpg": ("image/jpeg", b"<html>Log in</html>"),
    "/script.svg": ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    "/huge.png": ("image/png", huge_png()),
}


@pytest.fixture
def server(settings):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found.hits.append(self.path)
            if self.path == "/hangs.jpg":
                time.sleep(2)
                return
            if self.path.startswith("/inside"):
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
                self.end_headers()
                return
            kind, content = ANSWERS.get(self.path, ("", b""))
            self.send_response(200 if kind else found.status)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.daemon_threads = True
    found.hits, found.status = [], 404
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

    def perform(rows, name="goods.csv", **options):
        path = write_csv(tmp_path / name, rows, header=HEADER)
        import_products(path, market=market, actor=SYSTEM, settings=ImportSettings(**options))
        return ImportedFile.objects.order_by("-pk").first()

    return perform


def row(handle, source, *, title="", value="", sku="", price="", position="", alt="", variant_picture=""):
    option = "Size" if title and value else ""
    return [handle, title, option, value, sku, price, source, position, alt, variant_picture]


def fetch_all(file, **options):
    for product_id in ImportedPicture.objects.filter(file=file).values_list("product_id", flat=True).distinct():
        fetch_pictures(file.pk, product_id, **options)


def shown(handle):
    rows = ProductPicture.objects.filter(product__slug=handle).order_by("sort_order")
    return [(one.picture_id, one.alt, one.variant.sku if one.variant else "") for one in rows]


def errors(file):
    return {one.source.rsplit("/", 1)[-1]: one.error for one in file.pictures.filter(state="failed")}


def test_pictures_come_in_their_order_once_each_with_those_of_variants(bring, server):
    file = bring([
        row("mug", f"{server.url}/blue.jpg", title="Mug", value="S", sku="S", price="9", position="2", alt="From the side",
            variant_picture=f"{server.url}/blue.jpg"),
        row("mug", f"{server.url}/red.jpg", value="L", sku="L", price="9", position="1"),
        row("mug", f"{server.url}/same.jpg", position="3"),
        row("pot", f"{server.url}/red.jpg", title="Pot", price="5"),
    ])  # fmt: skip
    assert (server.hits, progress_of(file.pk).waiting) == ([], 4)
    fetch_all(file)
    assert sorted(server.hits) == ["/blue.jpg", "/red.jpg", "/same.jpg"]
    red, blue = Picture.objects.order_by("pk")
    # The same bytes under two addresses are one picture, and a page shows it at both places.
    assert shown("mug") == [(red.pk, "", ""), (blue.pk, "From the side", "S"), (red.pk, "", "")]
    assert shown("pot") == [(red.pk, "", "")]
    assert Product.objects.get(slug="mug").live
    assert (progress_of(file.pk).done, progress_of(file.pk).failed) == (4, 0)
    fetch_all(file)
    assert len(server.hits) == 3


def test_what_is_no_picture_is_told_and_the_rest_comes(bring, server):
    names = ["page.jpg", "liar.jpg", "script.svg", "huge.png", "gone.jpg", "inside.jpg", "red.jpg"]
    others = ["http://127.0.0.1:1/private.jpg", "http://[::1]/x.jpg", "photo.jpg"]
    addresses = [f"{server.url}/{name}" for name in names] + others
    file = bring(
        [row("mug", address, **({} if n else {"title": "Mug", "price": "9"})) for n, address in enumerate(addresses)]
    )
    fetch_all(file)
    found = errors(file)
    assert found["page.jpg"] == "The server sent a web page, and no picture."
    assert found["inside.jpg"] == found["private.jpg"] == found["x.jpg"]
    assert found["inside.jpg"] == "The address, or where it leads, is not a public one."
    assert found["gone.jpg"] == "The server answered 404."
    assert "not a picture" in found["liar.jpg"]
    assert "not a picture" in found["script.svg"]
    assert "too many pixels" in found["huge.png"]
    assert found["photo.jpg"] == "This is no web address, and no folder or archive of pictures came along."
    assert len(shown("mug")) == 1


def test_a_server_that_hangs_or_fails_is_tried_again_and_then_told(bring, server, monkeypatch):
    monkeypatch.setattr(sources, "TIMEOUT", 0.2)
    server.status = 503
    file = bring([row("mug", f"{server.url}/hangs.jpg", title="Mug", price="9"), row("mug", f"{server.url}/busy.jpg")])
    with pytest.raises(PicturesWaitError):
        fetch_all(file, is_last_try=False)
    assert progress_of(file.pk).waiting == 2
    fetch_all(file)
    assert errors(file) == {"hangs.jpg": "The server took too long.", "busy.jpg": "The server answered 503."}
    ANSWERS["/busy.jpg"] = ANSWERS["/red.jpg"]
    try:
        assert retry_pictures(file.pk, actor=SYSTEM) == 2
        fetch_all(file)
    finally:
        del ANSWERS["/busy.jpg"]
    assert list(errors(file)) == ["hangs.jpg"]
    assert len(shown("mug")) == 1


def test_a_server_that_never_answers_is_left_alone(bring, server, monkeypatch):
    monkeypatch.setattr(sources, "TIMEOUT", 0.05)
    rows = [row(f"mug-{n}", f"{server.url}/hangs.jpg?{n}", title="Mug", price="9") for n in range(12)]
    server.hits.clear()
    file = bring(rows)
    server.status = 503
    fetch_all(file)
    assert progress_of(file.pk).failed == 12
    assert len(server.hits) == 8
    assert "has failed too often" in errors(file)["hangs.jpg?11"]


def test_the_same_pictures_again_are_unchanged_and_by_hand_ones_stay(bring, server):
    rows = [row("mug", f"{server.url}/red.jpg", title="Mug", price="9", sku="M")]
    file = bring(rows)
    fetch_all(file)
    again = bring(rows, update=True)
    assert (again.unchanged, again.pictures.count()) == (1, 0)
    third = bring([row("mug", f"{server.url}/blue.jpg", title="Mug", price="9", sku="M")], "new.csv", update=True)
    fetch_all(third)
    assert [Picture.objects.get(pk=pk).content_hash for pk, _, _ in shown("mug")] == [
        Picture.objects.exclude(pk=file.pictures.get().picture_id).get().content_hash
    ]


def archive_of(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_pictures_come_from_a_folder_or_an_archive_by_name(bring, tmp_path):
    folder = tmp_path / "pictures"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.jpg").write_bytes(picture_bytes(colour="red"))
    (folder / "deep" / "B.JPG").write_bytes(picture_bytes(colour="blue"))
    rows = [
        row("mug", "a.jpg", title="Mug", price="9"),
        row("mug", "https://cdn.example/files/b.jpg?v=1"),
        row("mug", "c.jpg"),
    ]
    file = bring(rows, pictures=str(folder))
    fetch_all(file)
    assert (len(shown("mug")), errors(file)) == (2, {"c.jpg": "There is no such file in the folder."})
    packed = archive_of(tmp_path / "p.zip", {"x/a.jpg": picture_bytes(colour="green"), "x/../../up.jpg": b"no"})
    file = bring([row("pot", "a.jpg", title="Pot", price="9"), row("pot", "up.jpg")], "two.csv", pictures=str(packed))
    fetch_all(file)
    assert (len(shown("pot")), errors(file)) == (1, {"up.jpg": "There is no such file in the archive."})


def test_nothing_outside_the_folder_is_read(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.jpg").write_bytes(picture_bytes())
    (root / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    folder = Folder(root)
    for name in (
        "../secret.jpg",
        "link.jpg",
        str(tmp_path / "secret.jpg"),
        "..\\secret.jpg",
        "a/../../secret.jpg",
        "\0",
        "",
    ):
        with pytest.raises(PictureUnavailableError):
            folder.read(name)


def test_what_is_no_honest_archive_is_refused(tmp_path, monkeypatch):
    (tmp_path / "text.zip").write_bytes(b"hello")
    bomb = archive_of(tmp_path / "bomb.zip", {"a.jpg": b"\0" * 200_000_000})
    for path in (tmp_path / "text.zip", bomb):
        with pytest.raises(ArchiveRefusedError):
            Archive(path)
    monkeypatch.setattr(sources, "MAX_ENTRIES", 2)
    with pytest.raises(ArchiveRefusedError, match="more than 2 files"):
        Archive(archive_of(tmp_path / "many.zip", {f"{n}.jpg": b"x" for n in range(3)}))


def test_an_entry_that_is_larger_than_a_picture_or_no_file_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        link = zipfile.ZipInfo("link.jpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("/etc/abs.jpg", b"x")
        archive.writestr("C:\\win.jpg", b"x")
        archive.writestr("big.jpg", b"\0" * 30_000_000)
        archive.writestr("one/twin.jpg", b"x")
        archive.writestr("two/twin.jpg", b"y")
    found = Archive(path)
    for name in ("link.jpg", "abs.jpg", "/etc/abs.jpg", "win.jpg", "../etc/passwd", "none.jpg"):
        with pytest.raises(PictureUnavailableError, match="no such file"):
            found.read(name)
    with pytest.raises(PictureUnavailableError, match="larger than"):
        found.read("big.jpg")
    with pytest.raises(PictureUnavailableError, match="several files"):
        found.read("twin.jpg")
    assert found.read("one/twin.jpg") == b"x"


def test_a_damaged_archive_entry_costs_itself_alone(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", bytes(range(256)) * 50)
        archive.writestr("b.jpg", b"fine")
    raw = bytearray(content.getvalue())
    raw[60:90] = b"\xff" * 30
    path = tmp_path / "a.zip"
    path.write_bytes(raw)
    found = Archive(path)
    with pytest.raises(PictureUnavailableError, match="damaged"):
        found.read("a.jpg")
    assert found.read("b.jpg") == b"fine"
