from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class KeyReusedError(DomainError):
    """The key came before, with another body (HTTP 409)."""

    code = "idempotency_key_reused"
    default_message = _("This key was used for another request.")


class InFlightError(DomainError):
    """The first request with this key is still at work (HTTP 409)."""

    code = "idempotency_in_flight"
    default_message = _("The same request is being worked on. Try again in a moment.")
