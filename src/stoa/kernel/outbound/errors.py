from __future__ import annotations

from stoa.kernel.errors import DomainError


class OutboundError(DomainError):
    """An outside server could not be asked, or gave no answer that can be used."""

    code = "outbound"
    default_message = "The other server could not be reached."


class AddressRefusedError(OutboundError):
    """The address is not on the public internet (or is no http address at all): nothing was sent."""

    code = "outbound_address"
    default_message = "This address cannot be used: it is not a public one."


class ResponseTooLargeError(OutboundError):
    """The answer was longer than the caller allows."""

    code = "outbound_too_large"
    default_message = "The other server sent too much."


class OutboundTimeoutError(OutboundError):
    """No complete answer in time."""

    code = "outbound_timeout"
    default_message = "The other server took too long."
