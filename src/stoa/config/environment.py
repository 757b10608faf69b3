"""The STOA_* variables: every setting that an operator may change, with its default and what it means."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingError(RuntimeError):
    """A setting is missing or makes no sense: the operator must mend it."""


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    default: str
    meaning: str
    is_secret: bool = False


VARIABLES: tuple[Variable, ...] = (
    Variable("STOA_HOME", "./var", "Folder that holds all state: database, media, queue, caches."),
    Variable("STOA_HOST", "127.0.0.1", "Address that the shop listens on."),
    Variable("STOA_PORT", "8000", "Port that the shop listens on."),
    Variable(
        "STOA_BASE_URL", "", "Public address (https://shop.example). Blank: http://HOST:PORT, for trying out only."
    ),
    Variable(
        "STOA_ALLOWED_HOSTS", "", "Host names the shop answers to, comma separated. Blank: that of STOA_BASE_URL."
    ),
    Variable(
        "STOA_MODE", "development", "development or production. Production insists on a secret key; use https there."
    ),
    Variable(
        "STOA_SECRET_KEY", "", "Signs sessions and links. Blank in development: made and kept in STOA_HOME.", True
    ),
    Variable("STOA_SECRET_KEY_FALLBACKS", "", "Former secret keys whose links still open, comma separated.", True),
    Variable("STOA_DATABASE_URL", "", "postgresql://user:password@host/name. Blank: SQLite in STOA_HOME.", True),
    Variable(
        "STOA_REDIS_URL", "", "redis://host:6379/0 for jobs and shared counters. Blank: SQLite in STOA_HOME.", True
    ),
    Variable(
        "STOA_SMTP_URL",
        "",
        "smtp://user:password@host:587 (smtps:// for TLS). Blank: mails land in the mailbox page.",
        True,
    ),
    Variable("STOA_MAIL_FROM", "", "Sender of mails. Blank: the market's own address."),
    Variable(
        "STOA_MEDIA_STORE",
        "",
        "s3://KEY:SECRET@HOST/BUCKET?region=REGION keeps pictures and files in a bucket. Blank: folders in STOA_HOME.",
        True,
    ),
    Variable(
        "STOA_TEMPLATES", "", "Folder of layouts of your own (documents/document.typ). Blank: templates in STOA_HOME."
    ),
    Variable("STOA_CDN_URL", "", "https://cdn.shop.example: pages name this host for pictures, styles and scripts."),
    Variable(
        "STOA_CDN_PURGE",
        "",
        "Told of pages that changed: cloudflare://TOKEN@ZONE, fastly://TOKEN@SERVICE, or https://TOKEN@host/path.",
        True,
    ),
    Variable(
        "STOA_IMPORT_HOSTS",
        "",
        "Servers with private addresses that imports may fetch pictures from: host or host:port, comma separated.",
    ),
    Variable("STOA_FILE_MAX_MB", "1000", "The largest file that can be sold as a download, in MB."),
    Variable("STOA_WEB_WORKERS", "2", "Web processes."),
    Variable("STOA_JOB_WORKERS", "2", "Threads of a worker process."),
    Variable(
        "STOA_TRUSTED_PROXIES", "0", "How many reverse proxies stand in front and set X-Forwarded-For and -Proto."
    ),
    Variable("STOA_SANDBOX_PAYMENTS", "", "1 offers the test payment provider. Blank: only in development."),
    Variable(
        "STOA_STRIPE_SECRET_KEY", "", "Key of your Stripe account (sk_live_... or rk_live_...). Blank: no Stripe.", True
    ),
    Variable(
        "STOA_STRIPE_WEBHOOK_SECRET",
        "",
        "Signing secret of Stripe's webhook endpoint (whsec_...); several, comma separated, while it is changed.",
        True,
    ),
    Variable("STOA_LOG_FORMAT", "", "json or text. Blank: text in development, json in production."),
    Variable("STOA_STAFF_PASSWORD", "", "Password for stoa staff add, where there is nobody to type it.", True),
    Variable(
        "STOA_DURABILITY", "full", "full or fast. Fast skips fsync on SQLite; for demos and tests, never for a shop."
    ),
)


class Environment:
    """Reads the variables above; any other name is a KeyError (``stoa doctor`` lists STOA_* variables that nobody knows)."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values
        self._defaults = {variable.name: variable.default for variable in VARIABLES}

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "").strip() or self._defaults[name]

    def flag(self, name: str) -> bool:
        return self[name].lower() in {"1", "true", "yes", "on"}

    def names(self, name: str) -> list[str]:
        return [part.strip() for part in self[name].split(",") if part.strip()]

    @property
    def home(self) -> Path:
        return Path(self["STOA_HOME"]).resolve()

    @property
    def is_production(self) -> bool:
        return self["STOA_MODE"] == "production"

    @property
    def log_format(self) -> str:
        return self["STOA_LOG_FORMAT"] or ("json" if self.is_production else "text")

    @property
    def base_url(self) -> str:
        host = self["STOA_HOST"]
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::1"} else host  # noqa: S104 - told apart, not bound
        return (self["STOA_BASE_URL"] or f"http://{shown}:{self['STOA_PORT']}").rstrip("/")
