from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.images.forms import get_image_form
from wagtail.models import Collection

from stoa.catalogue.media.actions import pictures_without_renditions, render_picture, store_picture
from stoa.catalogue.media.errors import PictureDamagedError, PictureRefusedError, PictureTooLargeError
from stoa.catalogue.media.imaging import reencode, render
from stoa.catalogue.media.models import Picture
from stoa.catalogue.media.queries import picture_view
from stoa.catalogue.media.rules import budget, rendition_widths
from stoa.catalogue.periodic import sweep_pictures
from stoa.catalogue.templatetags.pictures import picture as picture_tag
from stoa.catalogue.testing import make_market, make_product, picture_bytes, with_picture
from stoa.kernel.actors import SYSTEM
from stoa.kernel.jobs.testing import run_all_jobs
from stoa.kernel.pagecache.models import CachePurge

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises far more pixels than the file has."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def photo_with_gps() -> bytes:
    image = Image.new("RGB", (80, 40), "teal")
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif.tobytes(), comment=b"secret comment")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b"<html><script>1</script></html>",
        b"",
        b"\x00",
        b"MZ\x90\x00",
        b"%PDF-1.7",
        b"II*\x00" + b"\0" * 50,
        b"<?php ?>",
    ],
    ids=["svg", "html", "empty", "nul", "exe", "pdf", "tiff", "php"],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(PictureRefusedError) as caught:
        reencode(data)
    assert caught.value.code == "picture_refused"


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (10_000_000, 1), (9000, 9000)])
def test_a_bomb_is_refused_by_its_header(width, height):
    with pytest.raises(PictureTooLargeError):
        reencode(bomb(width, height))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_file_cut_short_is_refused(kind):
    whole = io.BytesIO()
    Image.effect_noise((200, 200), 80).convert("RGB").save(whole, kind)
    data = whole.getvalue()
    with pytest.raises(PictureDamagedError):
        reencode(data[: len(data) // 2])


@pytest.mark.parametrize(
    "header", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x1cftypavif"]
)
def test_a_header_without_a_picture_is_refused(header):
    with pytest.raises(PictureRefusedError):
        reencode(header + b"<script>alert(1)</script>" * 20)


def test_what_hides_behind_a_picture_does_not_survive():
    polyglot = picture_bytes() + b"<script>alert(document.cookie)</script><?php system($_GET[0]); ?>"
    encoded = reencode(polyglot)
    assert b"<script" not in encoded.data
    assert b"<?php" not in encoded.data


def test_metadata_goes_and_the_picture_stands_upright():
    original = photo_with_gps()
    assert b"CameraMaker" in original
    encoded = reencode(original)
    assert (encoded.width, encoded.height) == (40, 80)
    assert b"CameraMaker" not in encoded.data
    assert b"secret comment" not in encoded.data
    with Image.open(io.BytesIO(encoded.data)) as image:
        assert not image.getexif()
        assert "comment" not in image.info


def test_transparency_is_kept_as_png_and_white_in_jpeg():
    out = io.BytesIO()
    Image.new("RGBA", (400, 400), (255, 0, 0, 0)).save(out, "PNG")
    assert reencode(out.getvalue()).kind == "png"
    jpeg = next(one for one in render(out.getvalue()) if one.kind == "jpeg")
    with Image.open(io.BytesIO(jpeg.data)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_a_camera_picture_is_light_on_a_phone():
    noisy = Image.effect_noise((4000, 3000), 60).convert("RGB")
    out = io.BytesIO()
    noisy.save(out, "JPEG", quality=92)
    assert out.tell() > 6_000_000
    kept = reencode(out.getvalue())
    assert max(kept.width, kept.height) == 3000
    made = render(kept.data)
    assert {one.width for one in made} == {320, 640, 960, 1400, 2000}
    for one in made:
        if (most := budget(one.width)) is not None:
            assert len(one.data) <= most <= 150_000, (one.kind, one.width, len(one.data))


@pytest.mark.parametrize(
    ("width", "expected"),
    [(100, [100]), (320, [320]), (1200, [320, 640, 960, 1200]), (3000, [320, 640, 960, 1400, 2000])],
)
def test_renditions_are_never_wider_than_the_original(width, expected):
    assert rendition_widths(width) == expected


@pytest.mark.django_db
def test_the_worker_makes_renditions_and_pages_change_over():
    market = make_market()
    picture = store_picture(picture_bytes(700, 500), "Mug  \x00 front", SYSTEM, alt="A mug")
    product = make_product(market=market, pictures=[with_picture(picture, "A mug from the front")])
    before = picture_view(picture)
    assert before.sources == {}
    assert before.url == default_storage.url(picture.file.name)
    CachePurge.objects.all().delete()

    run_all_jobs()

    picture.refresh_from_db()
    assert set(picture.sources) == {"avif", "webp", "jpeg"}
    assert [(width, height) for width, height, _ in picture.sources["avif"]] == [(320, 229), (640, 457), (700, 500)]
    for rows in picture.sources.values():
        for *_, url in rows:
            assert default_storage.exists(url.removeprefix("/media/"))
    purged = set(CachePurge.objects.values_list("tag", flat=True))
    assert {f"product:{product.pk}", "catalogue"} <= purged
    assert pictures_without_renditions() == []
    first = picture.sources
    assert render_picture(picture.pk)
    picture.refresh_from_db()
    assert picture.sources == first


@pytest.mark.django_db
def test_the_same_file_is_stored_once():
    one = store_picture(picture_bytes(colour="red"), "One", SYSTEM)
    assert store_picture(picture_bytes(colour="red"), "Two", SYSTEM).pk == one.pk
    assert Picture.objects.count() == 1


@pytest.mark.django_db
def test_renditions_of_a_picture_that_is_gone_are_no_error():
    assert render_picture(987654) is False


def upload(name: str, data: bytes):
    form_class = get_image_form(Picture)
    root = Collection.get_first_root_node()
    return form_class({"title": "Upload", "collection": root.pk}, {"file": SimpleUploadedFile(name, data)})


@pytest.mark.django_db
def test_the_media_library_re_encodes_too():
    form = upload("photo.jpg", photo_with_gps() + b"<script>alert(1)</script>")
    assert form.is_valid(), form.errors
    picture = form.save()
    with picture.file.open("rb") as file:
        stored = file.read()
    assert b"CameraMaker" not in stored
    assert b"<script" not in stored
    assert (picture.width, picture.height) == (40, 80)
    run_all_jobs()
    picture.refresh_from_db()
    assert picture.sources["webp"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.svg", SVG),
        ("x.png", SVG),
        ("x.png", bomb(50_000, 50_000)),
        ("x.png", bomb(12_000, 12_000)),
        ("x.png", picture_bytes(kind="PNG")[:60]),
        ("x.html", b"<b>"),
    ],
)
def test_the_media_library_refuses_what_store_picture_refuses(name, data):
    form = upload(name, data)
    assert not form.is_valid()
    assert "file" in form.errors
    assert Picture.objects.count() == 0


@pytest.mark.django_db
def test_pictures_saved_without_a_job_are_swept_up():
    form = upload("photo.png", picture_bytes(kind="PNG"))
    assert form.is_valid(), form.errors
    picture = form.save(commit=False)
    picture.save()
    assert pictures_without_renditions() == [picture.pk]
    assert sweep_pictures() == 1
    assert pictures_without_renditions() == []


@pytest.mark.django_db
def test_the_picture_tag_has_sources_and_dimensions_and_escapes():
    picture = store_picture(picture_bytes(700, 500), "Mug", SYSTEM, alt='A "mug" <b>')
    html = picture_tag(picture_view(picture), sizes="50vw")
    assert "<source" not in html
    assert "&quot;mug&quot; &lt;b&gt;" in html
    assert 'width="700" height="500"' in html
    run_all_jobs()
    picture.refresh_from_db()
    html = picture_tag(picture_view(picture), sizes="50vw", loading="eager", fetchpriority="high", class_="hero")
    assert html.index("image/avif") < html.index("image/webp") < html.index("<img")
    assert 'loading="eager"' in html
    assert 'class="hero"' in html
    assert 'fetchpriority="high"' in html
    assert picture_tag(None) == ""
