"""The middleware of the house, by the names that the settings use."""

from stoa.kernel.web.context import RequestContextMiddleware
from stoa.kernel.web.csrf import BackOfficeCsrfMiddleware
from stoa.kernel.web.origin import OriginGuardMiddleware
from stoa.kernel.web.security import SecurityHeadersMiddleware

__all__ = [
    "BackOfficeCsrfMiddleware",
    "OriginGuardMiddleware",
    "RequestContextMiddleware",
    "SecurityHeadersMiddleware",
]
