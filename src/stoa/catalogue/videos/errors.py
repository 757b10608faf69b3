from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class VideoRefusedError(DomainError):
    """The file is no film that browsers play."""

    code = "video_refused"
    default_message = _("This file is not a video that can be used. MP4 and WebM can.")


class VideoTooLargeError(VideoRefusedError):
    code = "video_too_large"
    default_message = _("This video is too large. Up to 64 MB can be used; a minute at 720p has about 15.")


class CaptionsRefusedError(VideoRefusedError):
    code = "captions_refused"
    default_message = _("Captions are a WebVTT file (.vtt) in UTF-8 of at most 512 kB.")
