"""What the web server calls: static files, media, cached pages; and Django behind them."""

from __future__ import annotations

import os
from wsgiref.types import WSGIApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoa.config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from whitenoise import WhiteNoise  # noqa: E402

from stoa.config.language import language_of  # noqa: E402
from stoa.kernel.pagecache.layer import PageCacheLayer  # noqa: E402
from stoa.kernel.web.media import MediaLayer  # noqa: E402
from stoa.kernel.web.remote_media import remote_media  # noqa: E402


def make_application() -> WSGIApplication:
    """The whole stack, as ``stoa serve`` runs it. Opens no database: processes fork after this."""
    pages = PageCacheLayer(
        WSGIHandler(),
        allowed_hosts=list(settings.ALLOWED_HOSTS),
        language_of=language_of(list(settings.MIDDLEWARE)),
        is_behind_cdn=bool(settings.STOA_CDN_PURGE),
    )
    media = MediaLayer(pages, settings.MEDIA_ROOT, fetch=remote_media(), is_for_all=bool(settings.STOA_CDN_URL))
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    static = WhiteNoise(
        media,
        root=str(settings.STATIC_ROOT),
        prefix=settings.STATIC_PATH,
        max_age=3600,
        # Scripts and fonts that a page takes from the CDN's host come with the leave to.
        allow_all_origins=bool(settings.STOA_CDN_URL),
        immutable_file_test=r"\.[0-9a-f]{12}\.[A-Za-z0-9]+$",
        add_headers_function=_static_headers,
    )
    # What lies in memory is asked first: most requests are for pages.
    return _by_path(pages, static)


def _static_headers(headers, path: str, url: str) -> None:  # type: ignore[no-untyped-def]
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if settings.STOA_CDN_URL else "same-origin"


def _by_path(pages: WSGIApplication, files: WSGIApplication) -> WSGIApplication:
    prefixes = (settings.STATIC_PATH, settings.MEDIA_PATH)

    def application(environ, start_response):  # type: ignore[no-untyped-def]
        chosen = files if environ["PATH_INFO"].startswith(prefixes) else pages
        return chosen(environ, start_response)

    return application


application = make_application()
