from __future__ import annotations

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from stoa.catalogue.files import rules
from stoa.catalogue.files.actions import attach_file, remove_file, rename_file, replace_file, set_terms
from stoa.catalogue.files.errors import FileEmptyError, FileMissingError, FileTooLargeError, TermsOutOfRangeError
from stoa.catalogue.files.models import DigitalFile
from stoa.catalogue.files.queries import files_for, files_of, open_file
from stoa.catalogue.testing import make_product
from stoa.kernel.actors import SYSTEM
from stoa.kernel.errors import NotFoundError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    stored = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = {**settings.STORAGES, "private": stored}
    return tmp_path / "private"


def kept(folder):
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Guide.pdf", "Guide.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\Noten.zip", "Noten.zip"),
        ("..", "download"),
        ("", "download"),
        ("\x00\r\nSet-Cookie: a=b.pdf", "Set-Cookie- a=b.pdf"),
        ("in\u202efdp.exe", "infdp.exe"),
        ('a"b;c.pdf', "a-b-c.pdf"),
        (".htaccess", "htaccess"),
        ("con.txt", "_con.txt"),
        ("Prüfung  ä.pdf", "Prüfung ä.pdf"),
        ("x" * 300 + ".epub", "x" * 145 + ".epub"),
    ],
)
def test_names_are_made_harmless(typed, name):
    assert rules.clean_name(typed) == name


def test_types_are_those_of_a_list_and_nothing_runs():
    assert rules.content_type("a.PDF") == "application/pdf"
    assert {rules.content_type(name) for name in ("a.html", "a.svg", "a.js", "a", "a.exe")} == {rules.BYTES}
    assert (rules.label("a.epub"), rules.label("noending")) == ("EPUB", "")


def test_a_file_is_kept_in_private_under_a_name_that_says_nothing(folder):
    product = make_product()
    made = attach_file(product.pk, ContentFile(b"score", "../Score.pdf"), actor=SYSTEM)
    assert (made.name, made.size, made.version, made.content_type) == ("Score.pdf", 5, 1, "application/pdf")
    assert made.sha256 == hashlib.sha256(b"score").hexdigest()
    assert "Score" not in made.path
    assert kept(folder) == [b"score"]
    with pytest.raises(ValueError, match=r"private|accessible|URL"):
        storages["private"].url(made.path)
    with open_file(made) as opened:
        assert opened.read() == b"score"


def test_refused_uploads_leave_nothing_behind(folder, settings):
    product = make_product()
    with pytest.raises(FileEmptyError):
        attach_file(product.pk, ContentFile(b"", "a.pdf"), actor=SYSTEM)
    settings.STOA_FILE_MAX_MB = 0
    with pytest.raises(FileTooLargeError):
        attach_file(product.pk, ContentFile(b"x", "a.pdf"), actor=SYSTEM)
    settings.STOA_FILE_MAX_MB = 1
    with pytest.raises(NotFoundError):
        attach_file(10**9, ContentFile(b"x", "a.pdf"), actor=SYSTEM)
    other = make_product()
    with pytest.raises(NotFoundError):
        attach_file(product.pk, ContentFile(b"x", "a.pdf"), variant_id=other.variants.get().pk, actor=SYSTEM)
    assert not DigitalFile.objects.exists()
    assert not folder.exists() or kept(folder) == []


def test_a_new_version_takes_the_place_of_the_old_one(folder):
    made = attach_file(make_product().pk, ContentFile(b"one", "a.pdf"), actor=SYSTEM)
    replaced = replace_file(made.pk, ContentFile(b"second", "b.pdf"), actor=SYSTEM)
    assert (replaced.name, replaced.version, replaced.size) == ("b.pdf", 2, 6)
    assert kept(folder) == [b"second"]
    with transaction.atomic():
        replace_file(made.pk, ContentFile(b"third", "c.pdf"), actor=SYSTEM)
        transaction.set_rollback(True)
    # Rolled back: the bytes that the row speaks of are still there.
    with open_file(DigitalFile.objects.get()) as opened:
        assert opened.read() == b"second"


def test_variants_have_files_of_their_own(folder):
    product = make_product(variants=2)
    first, second = product.variants.order_by("position")
    both = attach_file(product.pk, ContentFile(b"1", "both.pdf"), actor=SYSTEM)
    own = attach_file(product.pk, ContentFile(b"2", "own.pdf"), variant_id=second.pk, actor=SYSTEM)
    found = files_for([first.pk, second.pk])
    assert {pk: [file.id for file in files] for pk, files in found.items()} == {
        first.pk: [both.pk], second.pk: [both.pk, own.pk],
    }  # fmt: skip
    assert remove_file(both.pk, actor=SYSTEM) is True
    assert [file.id for file in files_of(product.pk)] == [own.pk]
    assert kept(folder) == [b"2"]
    assert rename_file(own.pk, "a/b/New.zip", actor=SYSTEM).name == "New.zip"


def test_lost_or_shortened_bytes_are_missing(folder):
    made = attach_file(make_product().pk, ContentFile(b"whole", "a.pdf"), actor=SYSTEM)
    (folder / made.path).chmod(0o600)
    (folder / made.path).write_bytes(b"who")
    with pytest.raises(FileMissingError):
        open_file(made)
    storages["private"].delete(made.path)
    with pytest.raises(FileMissingError):
        open_file(made)


def test_terms_within_reason():
    product = make_product()
    for days, downloads in ((-1, 0), (0, 10_001)):
        with pytest.raises(TermsOutOfRangeError):
            set_terms(product.pk, days=days, downloads=downloads, actor=SYSTEM)
