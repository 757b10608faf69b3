"""What each mail says. One function a kind; all of them run with the reader's language active."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from stoa.operations.notifications.order_facts import OrderFacts, ShopFacts
from stoa.operations.orders.rules import SOLD_OUT_REASON, UNPAID_REASON


@dataclass(frozen=True, slots=True)
class Wording:
    """``template``: which layout carries it. ``preview``: the line that a mailbox shows beside the subject."""

    template: str
    subject: str
    heading: str
    paragraphs: list[str]
    button: dict[str, str] = field(default_factory=dict)
    footnote: str = ""

    @property
    def preview(self) -> str:
        return self.paragraphs[0] if self.paragraphs else self.heading


def order_received(shop: ShopFacts, order: OrderFacts, facts: dict[str, Any]) -> Wording:
    if order.is_paid and order.files and not order.needs_delivery:
        state = _("We have received your order and your payment. Your files are ready: their links are below.")
    elif order.is_paid:
        state = _("We have received your order and your payment, and start on it now.")
    elif order.instructions and order.instructions.rows:
        state = _("We have received your order. It leaves us as soon as your payment is here; all you need is below.")
    else:
        state = _("We have received your order and start on it now.")
    return Wording(
        "order_full",
        _("Your order %(number)s at %(shop)s") % {"number": order.number, "shop": shop.name},
        _("Thank you, %(name)s") % {"name": order.name} if order.name else _("Thank you"),
        [state],
        _to_order(order),
    )


def order_paid(shop: ShopFacts, order: OrderFacts, facts: dict[str, Any]) -> Wording:
    return Wording(
        "order_full",
        _("We have received your payment for order %(number)s") % {"number": order.number},
        _("Your payment is here"),
        [
            _("Thank you: %(total)s for order %(number)s has arrived.")
            % {"total": order.due or order.total, "number": order.number},
            *([_("Your files are ready: their links are below.")] if order.files else []),
        ],
        _to_order(order),
    )


def order_files(shop: ShopFacts, order: OrderFacts, facts: dict[str, Any]) -> Wording:
    return Wording(
        "order_full",
        _("Your files from order %(number)s") % {"number": order.number},
        _("Your files"),
        [_("Here are the links to what you bought at %(shop)s.") % {"shop": shop.name}],
        _to_order(order),
        _("Each link counts its downloads: please keep them to yourself."),
    )


def order_refunded(shop: ShopFacts, order: OrderFacts, facts: dict[str, Any]) -> Wording:
    return Wording(
        "order_note",
        _("Your refund for order %(number)s") % {"number": order.number},
        _("%(amount)s is on its way back to you") % {"amount": facts["amount"]},
        [_("It comes the way that you paid. Depending on your bank that takes a few working days.")],
        _to_order(order),
    )


def payment_returned(shop: ShopFacts, order: OrderFacts, facts: dict[str, Any]) -> Wording:
    return Wording(
        "order_note",
        _("Your payment for order %(number)s is on its way back") % {"number": order.number},
        _("We have sent %(amount)s back to you") % {"amount": facts["amount"]},
        [
            _("Your payment reached us when order %(number)s could not take it any more.") % {"number": order.number},
            _("It comes back the way that you paid. Depending on your bank that takes a few working days."),
        ],
        _to_order(order),
    )


def order_cancelled(shop: ShopFacts, order: OrderFacts, facts: dict[str, Any]) -> Wording:
    why = {
        UNPAID_REASON: _("Its payment was not completed in time."),
        SOLD_OUT_REASON: _("The last of it was sold before your payment arrived. We are sorry."),
    }.get(facts.get("reason", ""), "")
    if facts.get("money_goes_back"):
        money = _("What you paid goes back to you in full; a separate mail tells you when.")
    elif order.is_paid:
        money = _("About what you paid, we will write to you.")
    else:
        money = _("Nothing was charged.")
    return Wording(
        "order_note",
        _("Order %(number)s is cancelled") % {"number": order.number},
        _("Your order is cancelled"),
        [" ".join(part for part in (why, money) if part), _("If you did not expect this, please reply to this mail.")],
        _to_order(order),
    )


def order_shipped(shop: ShopFacts, order: OrderFacts, facts: dict[str, Any]) -> Wording:
    return Wording(
        "order_full",
        _("Order %(number)s is on its way") % {"number": order.number},
        _("On its way to you"),
        [_("We have handed your parcel over today.")],
        _to_order(order),
    )


def order_document(shop: ShopFacts, order: OrderFacts, facts: dict[str, Any]) -> Wording:
    """An invoice or credit note is there. ``url`` opens the PDF for whoever has the mail."""
    number = facts.get("document_number", "INV-1")
    is_credit = facts.get("document_kind") == "credit_note"
    credit, invoice = _("Credit note %(document)s for order %(number)s"), _("Invoice %(document)s for order %(number)s")
    return Wording(
        "order_note",
        (credit if is_credit else invoice) % {"document": number, "number": order.number},
        _("Your credit note") if is_credit else _("Your invoice"),
        [
            _("It is a PDF with an electronic invoice inside. The page of your order keeps it for you.")
            if facts.get("has_xml", True)
            else _("It is a PDF. The page of your order keeps it for you.")
        ],
        {"label": _("Open the PDF"), "url": facts.get("url") or order.url},
    )


def account_verify(shop: ShopFacts, facts: dict[str, Any]) -> Wording:
    return Wording(
        "notice",
        _("Confirm your e-mail address for %(shop)s") % {"shop": shop.name},
        _("Is this your address?"),
        [_("Somebody opened an account at %(shop)s with it. If that was you, please confirm.") % {"shop": shop.name}],
        {"label": _("Confirm my address"), "url": facts["url"]},
        _("If it was not you, do nothing: without this step the account cannot be used."),
    )


def account_reset(shop: ShopFacts, facts: dict[str, Any]) -> Wording:
    return Wording(
        "notice",
        _("Choose a new password for %(shop)s") % {"shop": shop.name},
        _("A new password"),
        [_("You, or somebody who knows your address, asked for a new password at %(shop)s.") % {"shop": shop.name}],
        {"label": _("Choose a new password"), "url": facts["url"]},
        _("If it was not you, do nothing: your password stays as it is."),
    )


def account_exists(shop: ShopFacts, facts: dict[str, Any]) -> Wording:
    return Wording(
        "notice",
        _("You already have an account at %(shop)s") % {"shop": shop.name},
        _("You already have an account"),
        [
            _("Somebody tried to open an account at %(shop)s with this address.") % {"shop": shop.name},
            _("If that was you and the password is lost, choose a new one. If it was not you, do nothing."),
        ],
        {"label": _("Choose a new password"), "url": facts["url"]},
    )


def account_unknown(shop: ShopFacts, facts: dict[str, Any]) -> Wording:
    return Wording(
        "notice",
        _("No account with this address at %(shop)s") % {"shop": shop.name},
        _("There is no account with this address"),
        [
            _("You, or somebody who typed your address, asked for a new password at %(shop)s.") % {"shop": shop.name},
            _("No account here uses it. Perhaps you signed up with another address, or bought as a guest."),
        ],
        {"label": _("Open an account"), "url": facts["url"]} if facts.get("url") else {},
    )


def account_password_changed(shop: ShopFacts, facts: dict[str, Any]) -> Wording:
    return _security_notice(
        shop,
        _("Your password at %(shop)s was changed") % {"shop": shop.name},
        _("Your password was changed"),
        _("The password of your account at %(shop)s has just been changed.") % {"shop": shop.name},
    )


def account_email_changed(shop: ShopFacts, facts: dict[str, Any]) -> Wording:
    return _security_notice(
        shop,
        _("The address of your account at %(shop)s was changed") % {"shop": shop.name},
        _("Your e-mail address was changed"),
        _("Your account at %(shop)s uses another e-mail address from now on.") % {"shop": shop.name},
    )


def account_notice(shop: ShopFacts, facts: dict[str, Any]) -> Wording:
    """Anything else that has to be said about an account (a second factor was added, say), in the caller's words."""
    return _security_notice(shop, facts["subject"], facts["subject"], facts["text"])


def gift_card(shop: ShopFacts, facts: dict[str, Any]) -> Wording:
    """The only place where a code is written out."""
    amount = facts.get("amount_shown") or facts.get("amount", "")
    until = _("It is good until %(day)s.") % {"day": facts["until"]} if facts.get("until") else ""
    return Wording(
        "notice",
        _("A gift card of %(shop)s for you") % {"shop": shop.name},
        _("A gift card over %(amount)s") % {"amount": amount} if amount else _("A gift card"),
        [
            *([facts["message"]] if facts.get("message") else []),
            _("Your code: %(code)s") % {"code": facts.get("code", "XXXX-XXXX-XXXX-XXXX-XXXX")},
            " ".join(filter(None, (_("Enter it in the cart: it pays for all of an order or a part."), until))),
        ],
        {"label": _("See what is on it"), "url": facts["url"]},
        _("Whoever has the code can spend it. We keep no copy: please keep this mail."),
    )


def _security_notice(shop: ShopFacts, subject: str, heading: str, text: str) -> Wording:
    contact = shop.contact[0] if shop.contact else shop.url
    warning = _("If that was not you, please write to us at once: %(contact)s") % {"contact": contact}
    return Wording("notice", subject, heading, [text, warning])


def _to_order(order: OrderFacts) -> dict[str, str]:
    return {"label": _("See your order"), "url": order.url}


ORDER_KINDS = {
    "order_received": order_received,
    "order_paid": order_paid,
    "order_files": order_files,
    "order_refunded": order_refunded,
    "order_cancelled": order_cancelled,
    "order_shipped": order_shipped,
    "order_document": order_document,
    "payment_returned": payment_returned,
}
ACCOUNT_KINDS = {
    "account_verify": account_verify,
    "account_reset": account_reset,
    "account_exists": account_exists,
    "account_unknown": account_unknown,
    "account_password_changed": account_password_changed,
    "account_email_changed": account_email_changed,
    "account_notice": account_notice,
    "gift_card": gift_card,
}
# Whoever holds these may act for the account: their text is not kept.
SECRET_KINDS = frozenset({"account_verify", "account_reset", "gift_card"})
