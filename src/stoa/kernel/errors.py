"""The one base of every error that a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import Promise


class DomainError(Exception):
    """A refusal with a stable ``code`` for machines and a ``message`` that tells a person what to do.

    Subclasses set ``code`` and ``default_message`` (a lazy translation is welcome).
    """

    code: str = "refused"
    default_message: str | Promise = "This cannot be done."

    def __init__(self, message: str | None = None, **facts: object) -> None:
        self.message = str(message if message is not None else self.default_message)
        self.facts = facts
        super().__init__(self.message)


class InvalidTransitionError(DomainError):
    """A lifecycle has no such step from where the thing stands now."""

    code = "invalid_transition"
    default_message = "This step is not possible in the present state."


class NotFoundError(DomainError):
    """The thing does not exist, or this actor may not know that it does."""

    code = "not_found"
    default_message = "Not found."
