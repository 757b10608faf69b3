from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.exchange.errors import UnreadableFileError
from stoa.exchange.files.sheets import FORMULA_STARTS, active, inert
from stoa.exchange.files.tables import Row, header_of, repeated_columns, rows_of

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


def test_a_cell_beyond_all_measure_costs_its_row_alone(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("a,b\n" + "x" * 4_000_001 + ",2\n3,4\n")
    first, second = rows_of(path)
    assert (first.number, first.values, first.fault) == (1, {}, "the row is longer than 4,000,000 characters")
    assert second == Row(2, {"a": "3", "b": "4"})


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
    (b'"a,b\n1,2\n', "no header|quotation mark"),
    (b"%PDF-1.7 a,b\n", "is no table"),
    (b"PK\x03\x04 a,b\n", "is no workbook"),
    (b",".join(b"c%d" % n for n in range(5_001)) + b"\n", "5,001 columns"),
    (b"a" * 17_000_000, "too long for a header"),
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
    assert active(safe) == text.replace("\0", "")


def test_a_column_that_stands_twice_counts_once_where_the_two_agree(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("a,b,a\n1,2,1\n,2,3\n4,2,\n5,2,6\n")
    assert header_of(path) == ["a", "b"]
    assert repeated_columns(path) == ["a"]
    assert [(row["a"], row.fault) for row in rows_of(path)] == [
        ("1", ""), ("3", ""), ("4", ""), ("5", "the column a stands twice, with different values"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(tmp_path, encoding):
    path = tmp_path / "goods.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert values(path) == [{"Handle": "mug", "Title": "Grüner Becher", "Price": "12.00"}]


def test_lines_in_two_encodings_are_both_read(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_bytes(b"a,b\n" + "Grün,1\n".encode() + "Grün,2\n".encode("cp1252"))
    assert [row["a"] for row in rows_of(path)] == ["Grün", "Grün"]


def test_a_quotation_mark_that_is_never_closed_costs_one_row(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text('a,b\n1,2\n3,"4\n' + "".join(f"{n},x\n" for n in range(5, 2_000)))
    first, second, *others = rows_of(path)
    assert (first["a"], second.fault) == ("1", "a quotation mark is not closed")
    assert [row["a"] for row in others] == [str(n) for n in range(5, 2_000)]
    assert {row.fault for row in others} == {""}


def test_a_quotation_mark_that_is_closed_by_another_rows_costs_one_row(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text('a,b\n1,"2\n3,4\n5,"six, seven"\n8,9\n')
    assert [(row["a"], row.fault) for row in rows_of(path)] == [
        ("", "a quotation mark is not closed"), ("3", ""), ("5", ""), ("8", ""),
    ]  # fmt: skip


def test_a_file_that_was_cut_off_in_a_cell_says_so(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text('a,b,c\n1,2,3\n4,"fi')
    assert [row.fault for row in rows_of(path)] == ["", "a quotation mark is not closed: was the file cut off?"]


def test_a_line_of_a_hundred_megabytes_costs_its_row_and_no_memory(tmp_path):
    path = tmp_path / "goods.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n3,")
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b"\n5,6\n")
    tracemalloc.start()
    rows = [(row["a"], row.fault) for row in rows_of(path)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == [("1", ""), ("", "the row is longer than 4,000,000 characters"), ("5", "")]
    assert peak < 60_000_000


def test_a_row_of_a_million_cells_costs_its_row_alone(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("a,b\n" + "," * 999_999 + "x\n1,2\n")
    assert [(row["a"], row.fault) for row in rows_of(path)] == [
        ("", "the row has 1000000 cells, the header 2: is a quotation mark missing?"), ("1", ""),
    ]  # fmt: skip


def test_a_spreadsheets_word_about_its_delimiter_is_heard(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("sep=;\na;b\n1,5;2\n")
    assert values(path) == [{"a": "1,5", "b": "2"}]


@given(st.text(alphabet="'=+ab \t", max_size=6))
def test_every_text_comes_back_whatever_apostrophes_it_has(text):
    assert active(inert(text)) == text
