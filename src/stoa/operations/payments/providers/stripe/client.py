"""The line to Stripe: its SDK writes and reads the messages, our own guarded client carries them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import structlog

from stoa.kernel.outbound.client import request
from stoa.kernel.outbound.errors import OutboundError
from stoa.operations.payments.errors import ProviderRefusedError, ProviderUnreachableError
from stoa.operations.payments.providers.stripe import keys

if TYPE_CHECKING:
    from stripe import StripeClient, StripeError

log = structlog.get_logger(__name__)

# Answers keep this shape whatever the account's default is; raised together with the SDK, on purpose.
API_VERSION = "2026-10-28.endive"
TIMEOUT = 20.0
# Nothing happened, but not because of what was asked: a wrong key or a lock passes, and the call can be repeated.
_PASSING = frozenset({401, 403, 409, 429})


def call(method: str, path: str, params: Mapping[str, Any] | None = None, key: str = "") -> dict[str, Any]:
    """Ask Stripe. ``key`` makes a repeated POST the same one. Raises ProviderRefusedError, ProviderUnreachableError."""
    import stripe  # half a second, and hundreds of modules: only where somebody pays

    options: dict[str, Any] = {"idempotency_key": key} if key else {}
    try:
        reply = _sdk(keys.secret_key()).raw_request(method, path, **(params or {}), **options)
    except stripe.StripeError as error:
        raise _translated(path, error) from error
    if not isinstance(reply.data, dict):
        raise ProviderUnreachableError
    return reply.data


def _translated(path: str, error: StripeError) -> ProviderRefusedError | ProviderUnreachableError:
    status = error.http_status or 0
    log.warning("stripe said no", path=path, status=status, code=error.code, request=error.request_id)
    if status == 0 or status >= 500 or status in _PASSING:
        return ProviderUnreachableError()
    if error.user_message:
        return ProviderRefusedError(str(error.user_message)[:300])
    return ProviderRefusedError()


@lru_cache(maxsize=2)
def _sdk(secret: str) -> StripeClient:
    import stripe

    if not secret:
        raise ProviderUnreachableError
    stripe.enable_telemetry = False

    class Guarded(stripe.HTTPClient):
        name = "stoa"

        def request(
            self,
            method: str,
            url: str,
            headers: Mapping[str, str] | None,
            post_data: Any = None,
            *,
            _usage: list[str] | None = None,
        ) -> tuple[str, int, Mapping[str, str]]:
            content = post_data.encode() if isinstance(post_data, str) else (post_data or b"")
            try:
                answer = request(method.upper(), url, headers=headers, content=content, timeout=TIMEOUT)
            except OutboundError as error:
                raise stripe.APIConnectionError(error.message) from error
            return answer.text, answer.status, answer.headers

        def close(self) -> None:
            """Each exchange closes its own connection."""

    # No retries inside the buyer's request: the buyer may press again, and reconciliation repeats the rest.
    return stripe.StripeClient(secret, stripe_version=API_VERSION, http_client=Guarded(), max_network_retries=0)
