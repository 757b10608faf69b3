from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.http import HttpRequest, HttpResponse

from stoa.kernel import clock
from stoa.kernel.housekeeping import sweep_out
from stoa.kernel.pagecache.actions import purge
from stoa.kernel.pagecache.cdn import BATCH, CdnRefusedError, service_of, tell_cdn
from stoa.kernel.pagecache.decorators import cached_page
from stoa.kernel.pagecache.models import CachePurge
from stoa.kernel.pagecache.tests.test_layer import Shop
from stoa.kernel.web.security import policy


@dataclass
class Cdn:
    port: int
    status: int = 200
    calls: list[tuple[str, str, list[str]]] = field(default_factory=list)


@pytest.fixture
def cdn(settings) -> Iterator[Cdn]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.calls.append((self.path, self.headers["Authorization"], body["tags"]))
            self.send_response(found.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Cdn(server.server_port)
    settings.STOA_CDN_PURGE = f"http://a%2Fb@127.0.0.1:{found.port}/purge?zone=1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.django_db
def test_the_cdn_hears_of_every_tag_once(cdn):
    purge("product:1", "catalogue")
    purge("catalogue")
    assert tell_cdn() == 2
    assert cdn.calls == [("/purge?zone=1", "Bearer a/b", ["catalogue", "product:1"])]
    assert tell_cdn() == 0
    assert len(cdn.calls) == 1
    purge("content")
    assert tell_cdn() == 1
    assert cdn.calls[1][2] == ["content"]


@pytest.mark.django_db
def test_a_refused_purge_is_told_again(cdn):
    purge("product:1")
    cdn.status = 503
    with pytest.raises(CdnRefusedError):
        tell_cdn()
    cdn.status = 200
    assert tell_cdn() == 1
    assert [tags for _, _, tags in cdn.calls] == [["product:1"], ["product:1"]]


@pytest.mark.django_db
def test_many_tags_come_in_portions_and_none_is_left_out(cdn):
    purge(*(f"product:{n}" for n in range(BATCH * 2 + 5)))
    while tell_cdn():
        pass
    assert [len(tags) for _, _, tags in cdn.calls] == [BATCH, BATCH, 5]
    assert len({tag for _, _, tags in cdn.calls for tag in tags}) == BATCH * 2 + 5


@pytest.mark.django_db
def test_what_was_not_told_yet_is_not_swept_out(cdn):
    purge("product:1")
    CachePurge.objects.update(at=clock.now() - timedelta(hours=3))
    sweep_out()
    assert CachePurge.objects.count() == 1
    tell_cdn()
    sweep_out()
    assert CachePurge.objects.count() == 0


@pytest.mark.django_db
def test_without_a_cdn_nothing_waits_for_one(settings):
    settings.STOA_CDN_PURGE = ""
    purge("product:1")
    assert not CachePurge.objects.filter(is_for_cdn=True).exists()


def test_how_services_are_asked():
    cloudflare = service_of("cloudflare://t0ken@0123abcd")
    assert cloudflare.url == "https://api.cloudflare.com/client/v4/zones/0123abcd/purge_cache"
    headers, body = cloudflare.call(["a", "b"])
    assert (headers["Authorization"], json.loads(body)) == ("Bearer t0ken", {"tags": ["a", "b"]})
    fastly = service_of("fastly://t0ken@SU1Z0isxPaozGVKXdv0eY")
    assert fastly.url == "https://api.fastly.com/service/SU1Z0isxPaozGVKXdv0eY/purge"
    headers, body = fastly.call(["a"])
    assert (headers["Fastly-Key"], json.loads(body)) == ("t0ken", {"surrogate_keys": ["a"]})
    assert "Authorization" not in headers


@pytest.mark.parametrize("setting", ["cloudflare://zone", "ftp://a@b/c", "fastly://@x", "nonsense"])
def test_a_setting_that_makes_no_sense_is_refused(setting):
    with pytest.raises(ValueError, match="STOA_CDN_PURGE"):
        service_of(setting)


@cached_page("content", "product:1")
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>page</p>")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("setting", "header", "value", "control"),
    [
        ("cloudflare://t@zone", "cache-tag", "content,product:1", "cdn-cache-control"),
        ("fastly://t@zone", "surrogate-key", "content product:1", "surrogate-control"),
    ],
)
def test_pages_say_by_which_tags_they_go(settings, setting, header, value, control):
    settings.STOA_CDN_PURGE = setting
    first = Shop(page, is_behind_cdn=True).get()
    assert first.headers[header] == value
    assert first.headers[control] == "public, max-age=86400"
    assert first.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert not {"cache-tag", "surrogate-key", "cdn-cache-control"} & set(Shop(page).get().headers)
    mixed = Shop(page, is_behind_cdn=True, language_of=lambda environ: "de").get()
    assert not {"cache-tag", "surrogate-key", "cdn-cache-control"} & set(mixed.headers)


@pytest.mark.parametrize("path", ["/", "/admin/"])
def test_files_may_come_from_the_cdn_and_nothing_else(settings, rf, path):
    settings.STOA_CDN_URL = "https://cdn.example"
    found = dict(part.strip().split(" ", 1) for part in policy(rf.get(path)).split(";"))
    assert "https://cdn.example" in found["img-src"]
    assert "https://cdn.example" in found["script-src"]
    for kind in ("connect-src", "form-action", "frame-ancestors"):
        assert "cdn.example" not in found[kind]
