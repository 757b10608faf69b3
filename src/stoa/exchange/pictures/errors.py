from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class PictureUnavailableError(DomainError):
    """The picture cannot be had from where the file says. ``is_passing``: another try may do."""

    code = "picture_unavailable"
    default_message = _("The picture is not there.")

    def __init__(self, message: str = "", *, is_passing: bool = False) -> None:
        super().__init__(message)
        self.is_passing = is_passing


class PicturesWaitError(DomainError):
    """Some pictures of a job are to be tried again later."""

    code = "pictures_wait"
    default_message = _("Some pictures could not be fetched yet.")


class ArchiveRefusedError(DomainError):
    code = "archive_refused"
    default_message = _("This archive cannot be used.")
