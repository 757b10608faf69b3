from __future__ import annotations

import io

import pytest
from django.core.files.storage import storages
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from stoa.catalogue.media.actions import refocus, render_picture, store_picture
from stoa.catalogue.media.metadata import without_metadata
from stoa.catalogue.media.queries import picture_view
from stoa.catalogue.media.rules import focus_percent
from stoa.catalogue.media.tests.test_pictures import photo_with_gps, upload
from stoa.catalogue.templatetags.pictures import picture as picture_tag
from stoa.catalogue.testing import picture_bytes
from stoa.kernel.actors import SYSTEM
from stoa.kernel.pagecache.models import CachePurge


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "stoa.kernel.web.private_files.PrivateFolder",
            "OPTIONS": {"location": tmp_path / "private"},
        },
    }


def telling_file(kind: str, **options) -> bytes:
    """A picture that says where it was taken, and has something behind its end."""
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    out = io.BytesIO()
    Image.effect_noise((60, 40), 60).convert("RGB").save(out, kind, exif=exif.tobytes(), **options)
    return out.getvalue() + b"<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"comment": b"secret"}),
        ("JPEG", {"progressive": True, "comment": b"secret"}),
        ("PNG", {}),
        ("WEBP", {"xmp": b"<x>secret</x>"}),
        ("WEBP", {"lossless": True, "xmp": b"<x>secret</x>"}),
    ],
)
def test_pixels_stay_and_all_that_was_said_goes(kind, options):
    data = telling_file(kind, **options)
    assert b"CameraMaker" in data
    bare = without_metadata(data, kind)
    assert bare is not None
    for said in (b"CameraMaker", b"secret", b"<script"):
        assert said not in bare
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(bare)) as after:
        assert not after.getexif()
        assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@given(cut=st.integers(0, 400), noise=st.binary(max_size=64))
def test_no_file_however_broken_is_an_error(kind, cut, noise):
    data = telling_file(kind)
    for broken in (data[:cut] + noise, noise):
        bare = without_metadata(broken, kind)
        assert bare is None or b"CameraMaker" not in bare


def test_formats_that_cannot_be_cleaned_are_not_kept():
    assert without_metadata(b"GIF89a", "GIF") is None
    assert without_metadata(b"", "") is None


@pytest.mark.django_db
def test_the_upload_is_kept_out_of_reach_and_upright():
    picture = store_picture(photo_with_gps(), "Photo", SYSTEM)
    private = storages["private"]
    assert picture.original_name == f"originals/{picture.content_hash[:2]}/{picture.content_hash}.jpg"
    with private.open(picture.original_name) as file:
        kept = file.read()
    assert b"CameraMaker" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (80, 40)
        assert dict(image.getexif()) == {0x0112: 6}  # how to hold it, and nothing else
    with pytest.raises(ValueError, match="URL"):
        private.url(picture.original_name)


@pytest.mark.django_db
def test_the_media_library_keeps_uploads_too_and_asks_what_they_show():
    form = upload("photo.jpg", photo_with_gps())
    assert "Read out" in str(form.fields["description"].help_text)
    assert form.is_valid(), form.errors
    picture = form.save()
    assert storages["private"].exists(picture.original_name)


@pytest.mark.parametrize(
    ("x", "y", "expected"), [(None, 5, []), (0, 0, [0, 0]), (999, 499, [100, 100]), (254, 251, [30, 50])]
)
def test_a_focal_point_in_tenths(x, y, expected):
    assert focus_percent(x, y, 1000, 500) == expected


@pytest.mark.django_db
def test_pages_crop_around_the_focal_point():
    picture = store_picture(picture_bytes(700, 500), "Mug", SYSTEM)
    picture.focal_point_x, picture.focal_point_y = 630, 100
    picture.save()
    render_picture(picture.pk)
    picture.refresh_from_db()
    assert picture.sources["focus"] == [90, 20]
    view = picture_view(picture)
    assert view.focus == (90, 20)
    assert 'class="focus-x90 focus-y20"' in picture_tag(view)
    assert 'class="wide focus-x90 focus-y20"' in picture_tag(view, class_="wide")

    CachePurge.objects.all().delete()
    assert not refocus(picture)
    assert not CachePurge.objects.exists()
    picture.focal_point_x = None
    assert refocus(picture)
    picture.refresh_from_db()
    assert "focus" not in picture.sources
    assert picture_view(picture).focus is None
    assert "class=" not in picture_tag(picture_view(picture))
    assert CachePurge.objects.filter(tag="catalogue").exists()


@pytest.mark.django_db
def test_renditions_bear_the_cdns_host_from_the_day_it_is_set(settings):
    picture = store_picture(picture_bytes(700, 500), "Mug", SYSTEM)
    render_picture(picture.pk)
    picture.refresh_from_db()
    assert all(path.startswith("/media/renditions/") for *_, path in picture.sources["avif"])
    settings.STOA_CDN_URL = "https://cdn.example"
    view = picture_view(picture)
    assert view.url.startswith("https://cdn.example/media/renditions/")
    assert picture_tag(view).count("https://cdn.example/media/renditions/") == 10
    assert "focus" not in view.sources
