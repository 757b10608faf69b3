from __future__ import annotations

import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files import workbooks
from stoa.exchange.files.tables import Row, header_of, rows_of


@pytest.fixture
def book(tmp_path):
    found = Workbook()
    found.create_sheet("Goods", 1)
    sheet = found["Goods"]
    sheet.append(["SKU", "Price", "Text", "Day", "Formula"])
    sheet.append(["007", 12.5, "one\ntwo", date(2024, 3, 5), "=1+1"])
    sheet.append([8, 3.0, True])
    path = tmp_path / "goods.xlsx"
    found.save(path)
    return path


def test_the_first_sheet_that_has_rows_is_read_as_people_see_it(book):
    assert header_of(book) == ["SKU", "Price", "Text", "Day", "Formula"]
    first, second = rows_of(book)
    assert first == Row(1, {"SKU": "007", "Price": "12.5", "Text": "one\ntwo", "Day": "2024-03-05", "Formula": ""})
    assert second == Row(2, {"SKU": "8", "Price": "3", "Text": "true", "Day": "", "Formula": ""})


def rewrite(book, target, changes):
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            out.writestr(name, changes.get(name, source.read(name)))
        for name in changes.keys() - set(source.namelist()):
            out.writestr(name, changes[name])
    return target


def test_a_bomb_is_refused_before_it_goes_off(book, tmp_path):
    bomb = rewrite(book, tmp_path / "bomb.xlsx", {"xl/worksheets/sheet9.xml": b" " * 60_000_000})
    with pytest.raises(UnreadableFileError, match="packed more tightly"):
        header_of(bomb)
    held = rewrite(book, tmp_path / "held.xlsx", {"xl/sharedStrings.xml": b" " * 81_000_000})
    with pytest.raises(UnreadableFileError, match="would unpack"):
        header_of(held)


def test_xml_with_entities_is_refused(book, tmp_path):
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    path = rewrite(
        book, tmp_path / "laughs.xlsx", {"xl/worksheets/sheet1.xml": laughs, "xl/worksheets/sheet2.xml": laughs}
    )
    with pytest.raises(UnreadableFileError):
        header_of(path)


@pytest.mark.parametrize("name", ["xl/workbook.xml", "[Content_Types].xml", "xl/worksheets/sheet2.xml"])
def test_a_damaged_workbook_is_refused(book, tmp_path, name):
    path = rewrite(book, tmp_path / "broken.xlsx", {name: b"<broken"})
    with pytest.raises(UnreadableFileError):
        list(rows_of(path))


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(UnreadableFileError, match="is an archive, but no workbook"):
        header_of(tmp_path / "x.xlsx")
    (tmp_path / "y.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    with pytest.raises(UnreadableFileError, match="is no workbook"):
        workbooks.check_parts(tmp_path / "y.xlsx")
