"""The library's form: what comes in is looked at before it is kept."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from stoa.catalogue.products.rules import one_line
from stoa.catalogue.videos.actions import examined, examined_captions
from stoa.catalogue.videos.errors import VideoRefusedError
from stoa.catalogue.videos.models import Video


class VideoForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("MP4 (H.264) or WebM, up to 64 MB. It is served as it is.")
        self.fields["captions"].help_text = _("WebVTT (.vtt): what is said, for those who cannot hear it.")
        self.fields["poster"].help_text = _("Shown until somebody presses play.")
        self.fields["file"].widget.attrs["accept"] = "video/mp4,video/webm"
        self.fields["captions"].widget.attrs["accept"] = ".vtt,text/vtt"

    def clean_title(self) -> str:
        return one_line(self.cleaned_data["title"])

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            kind, digest, size = examined(file)
        except VideoRefusedError as error:
            raise ValidationError(error.message, code=error.code) from error
        if Video.objects.filter(content_hash=digest).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This video is in the library already."))
        self.instance.kind, self.instance.content_hash, self.instance.bytes = kind, digest, size
        # Its own name, from what is in it: never what somebody typed.
        file.name = f"{digest[:20]}.{kind}"
        return file

    def clean_captions(self) -> Any:
        file = self.cleaned_data["captions"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            examined_captions(file)
        except VideoRefusedError as error:
            raise ValidationError(error.message, code=error.code) from error
        file.seek(0)
        file.name = f"{self.instance.content_hash[:20] or 'captions'}.vtt"
        return file
