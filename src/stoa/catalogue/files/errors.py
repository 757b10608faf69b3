from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class FileEmptyError(DomainError):
    code = "file_empty"
    default_message = _("This file is empty.")


class FileTooLargeError(DomainError):
    code = "file_too_large"
    default_message = _("A file may have at most %(count)d MB.")

    def __init__(self, megabytes: int) -> None:
        super().__init__(str(self.default_message) % {"count": megabytes}, megabytes=megabytes)


class TooManyFilesError(DomainError):
    code = "too_many_files"
    default_message = _("A product has at most %(count)d files.")

    def __init__(self, count: int) -> None:
        super().__init__(str(self.default_message) % {"count": count})


class FileMissingError(DomainError):
    """The row is there, its bytes are not: somebody deleted them in the storage."""

    code = "file_missing"
    default_message = _("This file cannot be read at the moment.")


class TermsOutOfRangeError(DomainError):
    code = "terms_out_of_range"
    default_message = _("Please enter days and downloads from 0 (no limit) to 10000.")
