from __future__ import annotations

import pytest

from stoa.catalogue.blocks.cleaning import clean_source
from stoa.catalogue.blocks.rules import TableError, converted, film_at, measures, read_table

CODE = "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.youtube.com/watch?v={CODE}",
        f"https://www.youtube.com/watch?list=PL1&v={CODE}&t=9s",
        f"https://youtu.be/{CODE}?si=x",
        f"http://m.youtube.com/watch?v={CODE}",
        f"https://www.youtube.com/shorts/{CODE}",
        f" https://www.youtube-nocookie.com/embed/{CODE} ",
    ],
)
def test_youtube_is_shown_without_cookies(url: str) -> None:
    film = film_at(url)
    assert film is not None
    assert film.site == "YouTube"
    assert film.page_url == f"https://www.youtube.com/watch?v={CODE}"
    assert film.frame_url == f"https://www.youtube-nocookie.com/embed/{CODE}?autoplay=1&rel=0"
    assert film.origin == "https://www.youtube-nocookie.com"


def test_vimeo() -> None:
    film = film_at("https://vimeo.com/76979871/abcdef1234")
    assert film is not None
    assert film.frame_url == "https://player.vimeo.com/video/76979871?autoplay=1&dnt=1&h=abcdef1234"
    assert film.origin == "https://player.vimeo.com"
    assert film_at("https://player.vimeo.com/video/76979871") is not None


@pytest.mark.parametrize(
    "url",
    [
        "", "javascript:alert(1)", "data:text/html,x", f"https://youtube.com.evil.example/watch?v={CODE}",
        f"https://evil.example/?https://www.youtube.com/watch?v={CODE}", f"https://user@www.youtube.com/watch?v={CODE}",
        f"https://www.youtube.com:8443/watch?v={CODE}", "https://www.youtube.com/watch?v=%22onload=",
        "https://www.youtube.com/redirect?q=https://evil.example", f"ftp://www.youtube.com/watch?v={CODE}",
        "https://vimeo.com/../evil", "https://vimeo.com/76979871/<script>", "https://[", "//www.youtube.com/watch?v=" + CODE,
    ],
)  # fmt: skip
def test_other_addresses_are_no_films(url: str) -> None:
    assert film_at(url) is None


def test_a_table_of_any_mark() -> None:
    for text in ("Size\tChest\nS\t90", "| Size | Chest |\n\n| S | 90 |", "Size;Chest\nS;90"):
        table = read_table(text)
        assert table.head == ("Size", "Chest")
        assert table.rows == (("S", "90"),)


def test_an_empty_cell_in_a_pasted_table_stays() -> None:
    assert read_table("Size\tChest\tNote\nS\t90\t").rows == (("S", "90", ""),)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty", 0),
        ("Size | Chest", "empty", 0),
        ("Size\nS", "columns", 1),
        ("A | B\n1 | 2\n3", "uneven", 3),
        ("A | B\n" + "1 | 2\n" * 61, "rows", 0),
        ("A | B\n1 | " + "x" * 121, "long", 2),
    ],
)
def test_what_is_no_table(text: str, code: str, line: int) -> None:
    with pytest.raises(TableError) as refused:
        read_table(text)
    assert (refused.value.code, refused.value.line) == (code, line)


def test_centimetres_and_inches() -> None:
    both = measures(read_table("Size | Chest (cm) | EU\nM | 94–98 | 50"))
    assert both is not None
    centimetres, inches = both
    assert centimetres.rows == (("M", "94–98", "50"),)
    assert inches.head == ("Size", "Chest (in)", "EU")
    assert inches.rows == (("M", "37–38.6", "50"),)
    assert measures(read_table("Size | EU\nM | 50")) is None


def test_inches_become_centimetres() -> None:
    assert converted("38", "in", "cm") == "97"
    assert converted("0.5", "in", "cm") == "1.3"
    assert converted("about 10,5 wide", "cm", "in") == "about 4.1 wide"


def test_stored_text_keeps_links_to_pages_and_nothing_that_runs() -> None:
    source = '<p onclick="x()">Read <a linktype="page" id="3">this</a>, <a href="javascript:x()">not</a><script>x()</script></p>'
    assert clean_source(source) == '<p>Read <a linktype="page" id="3">this</a>, <a>not</a></p>'
    assert clean_source('<a linktype="evil" id="x">a</a>') == "<a>a</a>"
