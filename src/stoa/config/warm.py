"""Everything that a web process will need, imported once before the processes fork."""

from __future__ import annotations

import importlib
from functools import cache
from wsgiref.types import WSGIApplication


@cache
def _loaded() -> WSGIApplication:
    from stoa.config.wsgi import application as stack

    return stack


def application() -> WSGIApplication:
    """The WSGI stack. The first call imports it; in a fork it is there already."""
    return _loaded()


def warm_up() -> None:
    """Import the routes, their views and the template engine. Opens no database."""
    _loaded()
    from django.conf import settings
    from django.template import engines
    from django.urls import get_resolver

    importlib.import_module(settings.ROOT_URLCONF)
    get_resolver()._populate()
    for engine in engines.all():
        getattr(engine, "engine", None)  # reading it makes it, with all template tag libraries
