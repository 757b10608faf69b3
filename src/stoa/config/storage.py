"""Where files lie: in folders below STOA_HOME, or in one bucket of any S3-compatible store."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from stoa.config.environment import SettingError

OBJECTS = "stoa.kernel.web.object_storage.ObjectStorage"
FOLDER = "django.core.files.storage.FileSystemStorage"
PRIVATE_OBJECTS = "stoa.kernel.web.private_files.PrivateObjects"
PRIVATE_FOLDER = "stoa.kernel.web.private_files.PrivateFolder"
PUBLIC_PREFIX, PRIVATE_PREFIX = "media", "private"


def storages(url: str, home: Path) -> dict[str, dict[str, Any]]:
    """Django's ``default`` (public media) and ``private`` (originals, files for sale) storages.

    ``url`` is blank for folders, or s3://KEY:SECRET@HOST/BUCKET?region=REGION&prefix=FOLDER. Without HOST it is Amazon's;
    without a key, the one that the machine carries. ``scheme=http`` is for a store on the same machine. Raises SettingError.
    """
    if not url:
        return {
            "default": {"BACKEND": FOLDER},
            "private": {
                "BACKEND": PRIVATE_FOLDER,
                "OPTIONS": {"location": home / PRIVATE_PREFIX, "file_permissions_mode": 0o600},
            },
        }
    parts, query = urlsplit(url), {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not bucket or "/" in bucket or (parts.password is None) != (parts.username is None):
        raise SettingError("STOA_MEDIA_STORE is s3://KEY:SECRET@HOST/BUCKET?region=REGION, or blank for folders")
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "access_key": unquote(parts.username) if parts.username else None,
        "secret_key": unquote(parts.password) if parts.password else None,
        "region_name": query.get("region"),
        "file_overwrite": False,
        "default_acl": None,
        "querystring_auth": False,
    }
    if parts.hostname:
        port = f":{parts.port}" if parts.port else ""
        options["endpoint_url"] = f"{query.get('scheme', 'https')}://{parts.hostname}{port}"
        options["addressing_style"] = "path"
    above = query.get("prefix", "").strip("/")
    found = {}
    for alias, backend, prefix in (
        ("default", OBJECTS, PUBLIC_PREFIX),
        ("private", PRIVATE_OBJECTS, PRIVATE_PREFIX),
    ):
        location = f"{above}/{prefix}" if above else prefix
        found[alias] = {"BACKEND": backend, "OPTIONS": {**options, "location": location}}
    return found
