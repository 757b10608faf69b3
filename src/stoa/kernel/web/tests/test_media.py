from __future__ import annotations

import pytest

from stoa.kernel.web.media import MediaLayer


@pytest.fixture
def get(tmp_path):
    root = tmp_path / "media"
    for name in ("a.jpg", "renditions/1/b-320.webp", "private/c.jpg", "evil.html", "evil.svg", ".hidden.jpg", "d.pdf"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"content")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    layer = MediaLayer(lambda environ, start: [b"shop"], root)

    def ask(path, method="GET", **headers):
        got = []
        body = b"".join(
            layer(
                {"PATH_INFO": path, "REQUEST_METHOD": method, **headers},
                lambda status, headers: got.extend([status, headers]),
            )
        )
        return (got[0][:3], dict(got[1]), body) if got else ("", {}, body)

    return ask


def test_pictures(get):
    status, headers, body = get("/media/a.jpg")
    assert (status, body, headers["Content-Type"]) == ("200", b"content", "image/jpeg")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "immutable" not in headers["Cache-Control"]
    assert "immutable" in get("/media/renditions/1/b-320.webp")[1]["Cache-Control"]
    assert get("/media/a.jpg", HTTP_IF_NONE_MATCH=headers["ETag"])[0] == "304"
    assert get("/media/a.jpg", "HEAD")[2] == b""


def test_documents_are_only_saved(get):
    assert get("/media/d.pdf")[1]["Content-Disposition"] == "attachment"


@pytest.mark.parametrize(
    "name",
    [
        "evil.html",
        "evil.svg",
        "private/c.jpg",
        ".hidden.jpg",
        "../secret.txt",
        "link.txt",
        "a.jpg\x00",
        "",
        "renditions",
        "/a.jpg",
        "renditions/../a.jpg",
        "./a.jpg",
        "a.jpg/",
        "..%2fsecret.txt",
        "\xff.jpg",
        "n" * 10_000 + ".jpg",
    ],
)
def test_everything_else_is_not_there(get, name):
    assert get("/media/" + name)[0] == "404"


def test_nothing_is_written_here(get):
    assert get("/media/a.jpg", "PUT")[0] == "405"
    assert get("/elsewhere")[2] == b"shop"


@pytest.fixture
def film(tmp_path):
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "a.mp4").write_bytes(bytes(range(100)))
    (tmp_path / "a.jpg").write_bytes(bytes(range(100)))
    layer = MediaLayer(lambda environ, start: [b"shop"], tmp_path)

    def ask(wanted, path="/media/videos/a.mp4", method="GET"):
        got = []
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_RANGE": wanted}
        body = b"".join(layer(environ, lambda status, headers: got.extend([status, headers])))
        return got[0][:3], dict(got[1]), body

    return ask


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-", 0, 99),
        ("bytes=10-19", 10, 19),
        ("bytes=90-500", 90, 99),
        ("bytes=-5", 95, 99),
        ("bytes=-500", 0, 99),
    ],
)
def test_films_are_sent_in_parts(film, wanted, first, last):
    status, headers, body = film(wanted)
    assert status == "206"
    assert headers["Content-Range"] == f"bytes {first}-{last}/100"
    assert headers["Content-Length"] == str(last - first + 1)
    assert headers["Content-Type"] == "video/mp4"
    assert body == bytes(range(first, last + 1))


@pytest.mark.parametrize(
    "wanted",
    ["", "bytes=-", "bytes=5-2", "bytes=200-", "bytes=0-1,3-4", "items=0-1", "bytes=" + "9" * 40 + "-", "bytes=-0"],
)
def test_what_is_no_part_gets_all(film, wanted):
    status, headers, body = film(wanted)
    assert (status, len(body), headers["Accept-Ranges"]) == ("200", 100, "bytes")
    assert "Content-Range" not in headers


def test_pictures_come_whole(film):
    assert film("bytes=0-9", "/media/a.jpg")[0] == "200"
