"""What ``stoa doctor`` finds out."""

from __future__ import annotations

import importlib
import os
import platform
import sqlite3
from dataclasses import dataclass
from importlib import metadata
from urllib.parse import urlsplit

from stoa.config.environment import VARIABLES, Environment

GROUPS = ("stoa.payment_providers", "stoa.carriers", "stoa.blocks")
PACKAGES = ("stoa-commerce", "django", "wagtail", "granian", "huey", "django-allauth", "psycopg", "redis", "pillow")
MASK = "********"


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    shown: str
    meaning: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class Extension:
    """An entry point of another distribution; ``state`` is "ok", or why it does not load."""

    group: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    settings: list[Setting]
    unknown: list[str]
    versions: dict[str, str]
    extensions: list[Extension]
    broken: dict[str, str]
    missing: list[str]
    is_production: bool
    search: str = ""

    @property
    def is_fit(self) -> bool:
        """Nothing is broken, and in production nothing is missing either."""
        return not self.broken and not (self.is_production and (self.missing or self.unknown))


def examine(environment: Environment | None = None) -> Diagnosis:
    """Look at everything; never raises for what it finds."""
    environment = environment or Environment()
    return Diagnosis(
        settings=settings_of(environment),
        unknown=unknown_variables(),
        versions=versions(),
        extensions=extensions(),
        broken=broken(),
        missing=missing(environment),
        is_production=environment.is_production,
        search=search_index(),
    )


def settings_of(environment: Environment) -> list[Setting]:
    """Every variable as it counts now, secrets masked."""
    found = []
    for variable in VARIABLES:
        value = environment[variable.name]
        shown = MASK if variable.is_secret and value else value
        found.append(Setting(variable.name, shown, variable.meaning, bool(os.environ.get(variable.name))))
    return found


def unknown_variables() -> list[str]:
    """STOA_* names in the environment that are no setting: a typo is better seen."""
    known = {variable.name for variable in VARIABLES}
    return sorted(
        name for name in os.environ if name.startswith("STOA_") and name not in known and "_TEST_" not in name
    )


def versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def extensions() -> list[Extension]:
    """Entry points of all our groups, each loaded once to see whether it can be."""
    found = []
    for group in GROUPS:
        for point in metadata.entry_points(group=group):
            try:
                point.load()
                state = "ok"
            except Exception as error:  # whatever a stranger's module does
                state = f"{type(error).__name__}: {error}"[:200]
            found.append(Extension(group, point.name, state))
    return found


def broken() -> dict[str, str]:
    """What does not work here and now: settings, system checks, database, queue, media."""
    try:
        django = importlib.import_module("django")
        django.setup()
    except Exception as error:
        return {"settings": f"{type(error).__name__}: {error}"}
    from django.core.checks import ERROR, run_checks

    from stoa.kernel.web.health import reasons

    faults = {str(message.id): message.msg for message in run_checks() if message.level >= ERROR}
    return faults | reasons() | files_and_cdn()


def search_index() -> str:
    """What the search index of this machine holds, and whether it has caught up, in one line."""
    try:
        from stoa.catalogue.search.state import index_state

        state = index_state()
    except Exception as error:  # no database, no tables: said elsewhere
        return f"cannot be told: {type(error).__name__}"
    held = ", ".join(f"{products} products in {language}" for language, products, _ in state.parts) or "nothing"
    behind = f"{state.behind} changes to follow" if state.behind else "up to date"
    keeper = "kept by a process here" if state.has_writer else "kept by no process now"
    return f"{held}; {state.problem or behind}; {keeper}"


def files_and_cdn() -> dict[str, str]:
    """What is wrong with the bucket and with the CDN's settings: nothing, where there is none."""
    from django.conf import settings
    from django.core.files.storage import storages

    from stoa.kernel.pagecache.cdn import service_of

    found = {}
    for alias in ("default", "private"):
        try:
            storages[alias].exists("stoa-doctor")
        except Exception as error:  # whatever the store's library raises
            found[f"{alias} files"] = type(error).__name__
    if settings.STOA_CDN_PURGE:
        try:
            service_of(settings.STOA_CDN_PURGE)
        except ValueError as error:
            found["cdn"] = str(error)
    if settings.STOA_CDN_URL and not settings.STOA_CDN_URL.startswith(("https://", "http://")):
        found["cdn address"] = "STOA_CDN_URL is an https:// address"
    return found


def missing(environment: Environment) -> list[str]:
    """What a shop that takes money still needs, in sentences."""
    base = urlsplit(environment["STOA_BASE_URL"])
    wanted = [
        (environment.is_production, "STOA_MODE=production"),
        (len(environment["STOA_SECRET_KEY"]) >= 32, "STOA_SECRET_KEY with at least 32 characters"),
        (base.scheme == "https", "STOA_BASE_URL with the public https:// address"),
        (bool(environment["STOA_SMTP_URL"]), "STOA_SMTP_URL: without it no mail leaves the shop"),
        (bool(environment["STOA_MAIL_FROM"]), "STOA_MAIL_FROM, an address that your mail server may send from"),
        (environment["STOA_DURABILITY"] != "fast", "STOA_DURABILITY=full: fast may lose orders in a power cut"),
        (environment["STOA_TRUSTED_PROXIES"] != "0", "STOA_TRUSTED_PROXIES: https needs a proxy in front (1, usually)"),
        (not environment.flag("STOA_SANDBOX_PAYMENTS"), "STOA_SANDBOX_PAYMENTS=0: test payments give goods away"),
        (
            bool(environment["STOA_STRIPE_SECRET_KEY"]) == bool(environment["STOA_STRIPE_WEBHOOK_SECRET"]),
            "STOA_STRIPE_SECRET_KEY and STOA_STRIPE_WEBHOOK_SECRET: one without the other offers nothing",
        ),
        (
            not environment["STOA_STRIPE_SECRET_KEY"].startswith(("sk_test_", "rk_test_")),
            "STOA_STRIPE_SECRET_KEY of the live mode: with a test key goods are given away",
        ),
    ]
    return [text for is_there, text in wanted if not is_there]
