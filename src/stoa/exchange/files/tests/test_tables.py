from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files.sheets import FORMULA_STARTS, active, inert
from stoa.exchange.files.tables import Row, header_of, rows_of

TEXT = "Handle,Title,Price\nmug,Grüner Becher,12.00\n"


def values(path):
    return [row.values for row in rows_of(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-with-mark", "cp1252"])
def test_every_usual_encoding_reads_the_same(tmp_path, encoding):
    path = tmp_path / "goods.csv"
    path.write_bytes(b"\xff\xfe" + TEXT.encode("utf-16-le") if encoding.endswith("mark") else TEXT.encode(encoding))
    assert header_of(path) == ["Handle", "Title", "Price"]
    assert values(path) == [{"Handle": "mug", "Title": "Grüner Becher", "Price": "12.00"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_delimiter_and_line_end_reads_the_same(tmp_path, delimiter, end):
    path = tmp_path / "goods.csv"
    path.write_bytes(TEXT.replace(",", delimiter).replace("\n", end).encode())
    assert values(path) == [{"Handle": "mug", "Title": "Grüner Becher", "Price": "12.00"}]


def test_quoted_line_breaks_delimiters_and_quotation_marks_belong_to_the_cell(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text('a,b\n"one\ntwo, ""three""",2\n', newline="")
    assert list(rows_of(path)) == [Row(1, {"a": 'one\ntwo, "three"', "b": "2"})]


def test_empty_lines_are_no_rows_and_numbers_count_the_others(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("a,b\n\n1,2\n,\n3,4\n")
    assert [(row.number, row["a"]) for row in rows_of(path)] == [(1, "1"), (2, "3")]


def test_nul_is_dropped(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_bytes(b"a,b\nx\0y,2\n")
    assert values(path) == [{"a": "xy", "b": "2"}]


def test_a_cell_of_a_megabyte_is_read(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("a,b\n" + "x" * 1_000_000 + ",2\n")
    assert len(values(path)[0]["a"]) == 1_000_000


def test_a_cell_beyond_all_measure_is_refused(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("a,b\n" + "x" * 4_000_001 + ",2\n")
    with pytest.raises(UnreadableFileError, match=r"goods\.csv, line 2"):
        values(path)


def test_a_row_that_was_cut_off_says_so_and_keeps_its_values(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("a,b,c\n1,2,3\n4,5")
    assert list(rows_of(path)) == [
        Row(1, {"a": "1", "b": "2", "c": "3"}),
        Row(2, {"a": "4", "b": "5"}, "the row has 2 cells, the header 3: was the file cut off?"),
    ]


def test_cells_beyond_the_header_are_a_fault_unless_they_are_empty(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("a,b\n1,2,,\n1,2,3\n")
    assert [row.fault for row in rows_of(path)] == [
        "", "the row has 3 cells, the header 2: is a quotation mark missing?",
    ]  # fmt: skip


@pytest.mark.parametrize(("content", "words"), [
    (b"", "is empty"),
    (b"\n\n", "is empty"),
    (b"a,b,a\n1,2,3\n", "more than one column a"),
    (b"\xff\xfea", "truncated data"),
])  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path, content, words):
    path = tmp_path / "goods.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=words):
        header_of(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"nowhere\.csv: No such file"):
        header_of(tmp_path / "nowhere.csv")


def test_an_inert_formula_is_itself_again_when_it_is_read(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("a,b\n'=1+1,'tis\n")
    assert values(path) == [{"a": "=1+1", "b": "'tis"}]


@given(st.text())
def test_inert_text_starts_no_formula_and_comes_back(text):
    safe = inert(text)
    assert not safe.lstrip(" ").startswith(FORMULA_STARTS)
    if not text.startswith("'"):
        assert active(safe) == text.replace("\0", "")
