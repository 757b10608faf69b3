"""How allauth's accounts fit into the shop: its mails, its customers, its cart, its addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from stoa.customers.identity import actions as identity
from stoa.customers.identity import queries as customers
from stoa.operations.cart import actions as carts
from stoa.operations.cart.queries import units_in
from stoa.operations.notifications.actions import queue_account_mail
from stoa.storefront.cart import cookies
from stoa.storefront.shop import market_of

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress

    from stoa.customers.identity.models import User

# allauth's name of a mail -> ours, and which of its links the mail carries.
_MAILS = {
    "account/email/email_confirmation": ("account_verify", "activate_url"),
    "account/email/email_confirmation_signup": ("account_verify", "activate_url"),
    "account/email/password_reset_key": ("account_reset", "password_reset_url"),
    "account/email/account_already_exists": ("account_exists", "password_reset_url"),
    "account/email/unknown_account": ("account_unknown", "signup_url"),
    "account/email/password_changed": ("account_password_changed", ""),
    "account/email/password_reset": ("account_password_changed", ""),
    "account/email/password_set": ("account_password_changed", ""),
    "account/email/email_changed": ("account_email_changed", ""),
    "account/email/email_confirm": ("account_email_changed", ""),
    "account/email/email_deleted": ("account_email_changed", ""),
}


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the shop's own mails, which put every link under STOA_BASE_URL: the request's Host decides nothing."""
        language = market_of(self.request).language
        if template_prefix not in _MAILS:
            message = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
            words = {"subject": message.subject, "text": message.body}
            queue_account_mail("account_notice", email, words, language=language)
            return
        kind, link = _MAILS[template_prefix]
        queue_account_mail(kind, email, {"url": context[link]} if link else {}, language=language)

    def is_safe_url(self, url: str | None) -> bool:
        """``next`` is a path on this very host, written from its root."""
        host = self.request.get_host()
        return (
            bool(url)
            and str(url).startswith("/")
            and url_has_allowed_host_and_scheme(url, allowed_hosts={host}, require_https=self.request.is_secure())
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        return getattr(request, "client_ip", "") or super().get_client_ip(request)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A proved address brings the orders that were placed with it as a guest."""
        is_confirmed: bool = super().confirm_email(request, email_address)
        if is_confirmed:
            identity.link_user(email_address.user, email_address.email)
        return is_confirmed

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """The cart of this browser becomes the customer's, by ``cart.rules.merged``."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        customer = customers.customer_of_user(user)
        if customer is None and not user.is_staff:
            customer = identity.link_user(user, user.email)
        if customer is not None:
            merged = carts.merge_on_login(cookies.token_of(request), customer.pk, market_of(request))
            cookies.forget(response)
            if customer.group_id is not None:
                cookies.own_prices(response)
            if units_in(merged):
                cookies.hint(response)
        return response
