from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class PictureRefusedError(DomainError):
    """The file is no picture that this shop takes."""

    code = "picture_refused"
    default_message = _("This file is not a picture that can be used. JPEG, PNG, WebP, AVIF and GIF can.")


class PictureTooLargeError(PictureRefusedError):
    code = "picture_too_large"
    default_message = _("This picture has too many pixels or bytes.")


class PictureDamagedError(PictureRefusedError):
    code = "picture_damaged"
    default_message = _("This picture is damaged or cut off.")
