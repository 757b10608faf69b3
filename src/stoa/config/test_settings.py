"""Settings of the test suite: a STOA_HOME of its own, quick hashes, SQLite unless STOA_TEST_DATABASE_URL says otherwise."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_name = os.environ.get("STOA_TEST_NAME", f"run{os.getpid()}")
os.environ["STOA_HOME"] = os.environ.get("STOA_TEST_HOME") or str(Path(tempfile.gettempdir()) / f"stoa-test-{_name}")
os.environ["STOA_BASE_URL"] = "http://testserver"
os.environ["STOA_MODE"] = "development"
os.environ["STOA_DURABILITY"] = "fast"
os.environ["STOA_DATABASE_URL"] = os.environ.get("STOA_TEST_DATABASE_URL", "")
os.environ["STOA_REDIS_URL"] = ""
os.environ["STOA_SMTP_URL"] = ""

from stoa.config.settings import *  # noqa: E402, F403
from stoa.config.settings import DATABASES, STOA_HOME, TASKS  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "stoa.kernel.web.private_files.PrivateFolder",
        "OPTIONS": {"location": STOA_HOME / "private"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES["default"]["TEST"] = (
    {"NAME": f"stoa_test_{_name}"}
    if "postgresql" in DATABASES["default"]["ENGINE"]
    # A file, not memory: threads and processes of the race and crash tests open it too.
    else {"NAME": str(STOA_HOME / "test.sqlite3")}
)
# Tests run jobs themselves (stoa.kernel.jobs.testing); no worker listens to the queue.
TASKS = {"default": {**TASKS["default"], "OPTIONS": {"wake": False}}}  # type: ignore[dict-item]
