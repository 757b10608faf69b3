from __future__ import annotations

import pytest

from stoa.config.diagnosis import files_and_cdn


def test_folders_and_no_cdn_are_fine(settings, tmp_path):
    settings.STOA_CDN_PURGE = settings.STOA_CDN_URL = ""
    assert files_and_cdn() == {}


def test_settings_of_a_cdn_that_make_no_sense_are_told(settings):
    settings.STOA_CDN_PURGE, settings.STOA_CDN_URL = "cloudflare://zone", "cdn.example"
    found = files_and_cdn()
    assert found["cdn"].startswith("STOA_CDN_PURGE is")
    assert found["cdn address"] == "STOA_CDN_URL is an https:// address"


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_bucket_that_does_not_answer_is_told(settings):
    nobody = {
        "bucket_name": "shop", "access_key": "a", "secret_key": "b", "region_name": "x", "location": "media",
        "endpoint_url": "http://127.0.0.1:9",
    }  # fmt: skip
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "stoa.kernel.web.object_storage.ObjectStorage", "OPTIONS": nobody},
    }
    assert files_and_cdn() == {"default files": "EndpointConnectionError"}
