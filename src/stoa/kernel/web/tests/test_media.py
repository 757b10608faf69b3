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
