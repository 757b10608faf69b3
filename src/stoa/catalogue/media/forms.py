"""The media library's upload form: whatever comes in by it is re-encoded like every other picture."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from stoa.catalogue.media.actions import ask_for_renditions, refocus
from stoa.catalogue.media.errors import PictureRefusedError
from stoa.catalogue.media.imaging import reencode
from stoa.catalogue.media.originals import keep_original
from stoa.catalogue.products.rules import slugify


class PictureForm(BaseImageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            # Wagtail's check decodes the whole picture to learn its size, and stumbles over a damaged one (HTTP 500).
            # ``reencode`` reads the header first, and judges all that comes after it.
            self.fields["file"].check_image_pixel_size = lambda file: None
        if "description" in self.fields:
            self.fields["description"].label = _("What it shows")
            self.fields["description"].help_text = _(
                'Read out to those who do not see the picture, and by search engines: "Blue mug with two handles".'
            )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        file.seek(0)
        data = file.read()
        try:
            encoded = reencode(data)
        except PictureRefusedError as error:
            raise ValidationError(error.message, code=error.code) from error
        self.instance.content_hash = hashlib.sha256(data).hexdigest()
        self.instance.original_name = keep_original(data, self.instance.content_hash)
        self.instance.sources = {}
        stem = slugify((file.name or "").rpartition(".")[0], "picture")[:60]
        name = f"{stem}.{'png' if encoded.kind == 'png' else 'jpg'}"
        return InMemoryUploadedFile(
            BytesIO(encoded.data), "file", name, f"image/{encoded.kind}", len(encoded.data), None
        )

    def save(self, commit: bool = True) -> Any:
        picture = super().save(commit=commit)
        # Without ``commit`` the view saves the row itself, after this: the sweep in ``periodic`` finds it.
        if commit and not picture.sources:
            with transaction.atomic():
                ask_for_renditions(picture.pk)
        elif commit:
            refocus(picture)
        return picture
