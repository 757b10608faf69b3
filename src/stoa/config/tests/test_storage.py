from __future__ import annotations

from pathlib import Path

import pytest

from stoa.config.environment import SettingError
from stoa.config.storage import storages


def test_one_setting_names_the_bucket():
    found = storages("s3://KEY:s%2Fcret@minio.example:9000/shop?region=eu-central-1&prefix=/one/", Path("/home"))
    options = found["default"]["OPTIONS"]
    assert (options["bucket_name"], options["location"], options["region_name"]) == (
        "shop",
        "one/media",
        "eu-central-1",
    )
    assert (options["access_key"], options["secret_key"]) == ("KEY", "s/cret")
    assert options["endpoint_url"] == "https://minio.example:9000"
    assert found["private"]["OPTIONS"]["location"] == "one/private"
    assert options["querystring_auth"] is False
    assert "endpoint_url" not in storages("s3:///shop", Path("/home"))["default"]["OPTIONS"]


@pytest.mark.parametrize("url", ["s3://host", "s3://host/a/b", "s3://KEY@host/bucket", "https://host/bucket", "folder"])
def test_a_bucket_that_cannot_be_meant_is_refused(url):
    with pytest.raises(SettingError, match="STOA_MEDIA_STORE"):
        storages(url, Path("/home"))


def test_folders_without_a_setting(tmp_path):
    found = storages("", tmp_path)
    assert found["private"]["OPTIONS"]["location"] == tmp_path / "private"
    assert found["private"]["BACKEND"].endswith("PrivateFolder")
    assert found["private"]["OPTIONS"]["file_permissions_mode"] == 0o600
