"""Files that have no address: originals, files for sale. Views hand them out, to those who may have them."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.files.storage import FileSystemStorage

from stoa.kernel.web.object_storage import ObjectStorage


class NoAddressMixin:
    def url(self, name: str | None, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises ValueError, always."""
        raise ValueError(f"{name!r} is private: it has no URL")


class PrivateFolder(NoAddressMixin, FileSystemStorage):
    pass


class PrivateObjects(NoAddressMixin, ObjectStorage):
    pass
