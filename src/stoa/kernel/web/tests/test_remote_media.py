"""A bucket is stood in for by a folder: what is tested is what a node does with its answers."""

from __future__ import annotations

import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from stoa.kernel.web.media import MediaLayer
from stoa.kernel.web.remote_media import ABSENT_SECONDS, Fetcher


class Bucket(FileSystemStorage):
    opened = 0
    is_down = False

    def _open(self, name, mode="rb"):
        self.opened += 1
        if self.is_down:
            raise ConnectionError
        return super()._open(name, mode)


@pytest.fixture
def bucket(tmp_path) -> Bucket:
    found = Bucket(location=tmp_path / "bucket")
    found.save("renditions/1/a.webp", ContentFile(b"picture"))
    return found


@pytest.fixture
def now() -> list[float]:
    return [100.0]


@pytest.fixture
def get(tmp_path, bucket, now):
    layer = MediaLayer(
        lambda environ, start: [b"shop"], tmp_path / "node", fetch=Fetcher(bucket, lambda: now[0]), is_for_all=True
    )

    def ask(path):
        got = []
        environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET"}
        body = b"".join(layer(environ, lambda status, headers: got.extend([status, headers])))
        return got[0][:3], dict(got[1]), body

    return ask


def test_a_file_is_fetched_once_and_then_lies_here(get, bucket):
    status, headers, body = get("/media/renditions/1/a.webp")
    assert (status, body, headers["Content-Type"]) == ("200", b"picture", "image/webp")
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert get("/media/renditions/1/a.webp")[2] == b"picture"
    assert bucket.opened == 1


def test_names_that_are_not_there_are_asked_for_now_and_then(get, bucket, now):
    assert get("/media/renditions/1/b.webp")[0] == "404"
    assert get("/media/renditions/1/b.webp")[0] == "404"
    assert bucket.opened == 1
    bucket.save("renditions/1/b.webp", ContentFile(b"later"))
    now[0] += ABSENT_SECONDS + 1
    assert get("/media/renditions/1/b.webp")[2] == b"later"


def test_a_bucket_that_is_down_is_a_missing_picture_and_leaves_no_half_file(get, bucket, tmp_path):
    bucket.is_down = True
    assert get("/media/renditions/1/a.webp")[0] == "404"
    assert [path for path in (tmp_path / "node").rglob("*") if path.is_file()] == []
    bucket.is_down = False
    assert get("/media/renditions/1/a.webp")[0] == "200"


@pytest.mark.parametrize("path", ["/media/private/a.jpg", "/media/../private/a.jpg", "/media/.a.jpg", "/media/a.html"])
def test_what_is_not_served_is_not_fetched(get, bucket, path):
    assert get(path)[0] == "404"
    assert bucket.opened == 0


def test_many_at_once_get_whole_files(get):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(get("/media/renditions/1/a.webp"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(status, body) for status, _, body in answers] == [("200", b"picture")] * 8
