"""Filling a cart. Every action locks the cart row first, so that two requests of one buyer follow each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from stoa.catalogue.prices import queries as prices
from stoa.catalogue.promotions import queries as promotions
from stoa.catalogue.promotions.errors import CodeRefusedError
from stoa.catalogue.promotions.rules import Context
from stoa.customers.groups.queries import group_id_of
from stoa.inventory.stock import queries as stock
from stoa.kernel import clock, ids
from stoa.kernel.prepared import Prepared, Slot, change, insert
from stoa.kernel.web import ratelimit
from stoa.operations.cart import queries, rules
from stoa.operations.cart.errors import (
    CartClosedError,
    CartFullError,
    NotEnoughStockError,
    NotForSaleError,
    QuantityOutOfRangeError,
)
from stoa.operations.cart.models import Cart, CartLine

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

# A network may try so many codes in so many seconds. A shared office still shops; a guesser of 59 bits gets nowhere.
TRIES, TRY_SECONDS = 30, 3600
_LOCKED = Prepared(
    lambda: (
        Cart.objects.select_for_update(of=("self",))
        .select_related("market")
        .filter(pk=Slot("id"), closed_at__isnull=True)
    )
)


def open_cart(market: Market, *, customer_id: int | None = None) -> tuple[Cart, str]:
    """A new cart and the token for its cookie; only the token's hash is kept.

    A customer who has an open cart in this market gets that one, with an empty token.
    """
    token, now = ids.new_token(), clock.now()
    cart = Cart(
        token_hash=ids.hash_token(token), market_id=market.pk, customer_id=customer_id, created_at=now, updated_at=now
    )
    try:
        with transaction.atomic():
            insert(cart)
    except IntegrityError:
        existing = queries.cart_of_customer(customer_id, market) if customer_id else None
        if existing is None:
            raise
        return existing, ""
    return cart, token


@transaction.atomic
def add(cart_id: int, variant_id: int, quantity: int = 1, *, actor: Actor) -> int:
    """Put ``quantity`` more units in; returns how many of the variant the cart then holds.

    Raises QuantityOutOfRangeError, NotForSaleError, NotEnoughStockError, CartFullError or CartClosedError, and then the
    cart is as it was.
    """
    cart = _locked(cart_id)
    present = queries.quantities_of(cart.pk)
    if variant_id not in present and len(present) >= rules.MAX_LINES:
        raise CartFullError
    return _put(cart, variant_id, present.get(variant_id, 0), _checked(quantity) + present.get(variant_id, 0))


@transaction.atomic
def set_quantity(cart_id: int, variant_id: int, quantity: int, *, actor: Actor) -> int:
    """Have exactly ``quantity`` units of a variant that is in the cart; 0 takes it out. Errors as for ``add``."""
    cart = _locked(cart_id)
    if quantity == 0:
        _take_out(cart, variant_id)
        return 0
    present = queries.quantities_of(cart.pk).get(variant_id)
    if present is None:
        raise NotForSaleError
    return _put(cart, variant_id, present, _checked(quantity))


@transaction.atomic
def remove(cart_id: int, variant_id: int, *, actor: Actor) -> None:
    """Take a variant out. Nothing happens where the cart does not hold it."""
    _take_out(_locked(cart_id), variant_id)


@transaction.atomic
def add_code(cart_id: int, code: str, *, actor: Actor) -> bool:
    """Keep a promotion's code in the cart; whether it was not there. Raises CodeRefusedError, CartClosedError.

    It says no more than that of a code that is unknown, over, not begun, used up or somebody else's. Who calls this for
    the public limits the tries (``may_try_code``).
    """
    cart, word = _locked(cart_id), promotions.normal(code)
    if word in cart.codes:
        return False
    wanted = Context(clock.now(), "", _group_of(cart), frozenset(cart.sources))
    if not word or len(cart.codes) >= promotions.MOST_CODES:
        raise CodeRefusedError
    if not promotions.is_usable(cart.market, word, wanted, customer_id=cart.customer_id):
        raise CodeRefusedError
    change(Cart, {"pk": cart.pk}, codes=[*cart.codes, word], updated_at=clock.now())
    return True


@transaction.atomic
def remove_code(cart_id: int, code: str, *, actor: Actor) -> None:
    """Nothing happens where the cart does not have it."""
    cart, word = _locked(cart_id), promotions.normal(code)
    if word in cart.codes:
        left = [each for each in cart.codes if each != word]
        change(Cart, {"pk": cart.pk}, codes=left, updated_at=clock.now())


@transaction.atomic
def note_source(cart_id: int, source: str, *, actor: Actor) -> None:
    """Where the buyer came from, for promotions of a source. The latest few are kept."""
    cart, word = _locked(cart_id), promotions.normal(source)
    if word and word not in cart.sources:
        change(Cart, {"pk": cart.pk}, sources=[*cart.sources, word][-rules.MAX_SOURCES :], updated_at=clock.now())


def may_try_code(client: str) -> bool:
    """Count a try from a network; False where there were too many."""
    return ratelimit.hit("promotion_code", client, TRIES, TRY_SECONDS)


def _group_of(cart: Cart) -> int | None:
    return group_id_of(cart.customer_id) if cart.customer_id is not None else None


@transaction.atomic
def merge_on_login(guest_token: str, customer_id: int, market: Market) -> Cart | None:
    """The customer's cart after log-in, with what the guest's cookie brought along; None where neither has one.

    ``rules.merged`` is the rule. A guest's cart becomes the customer's where there is no other; else its lines go over
    and it is closed. Stock is not looked at here, since nothing may get lost: cart and checkout say what is short.
    """
    guest = queries.cart_by_token(guest_token, market)
    own = queries.cart_of_customer(customer_id, market)
    if guest is None:
        return own
    locked = _lock_in_order(guest, own)
    guest, own = locked[guest.pk], locked.get(own.pk) if own else None
    if guest is None or guest.closed_at is not None or guest.customer_id is not None:
        return own
    if own is None or own.closed_at is not None:
        if _adopted(guest, customer_id):
            return guest
        own = Cart.objects.get(customer_id=customer_id, market_id=market.pk, closed_at__isnull=True)
    _move_lines(guest, own)
    return own


def _adopted(guest: Cart, customer_id: int) -> bool:
    """False where the customer opened a cart at the same moment, on another device."""
    guest.customer_id = customer_id
    guest.updated_at = clock.now()
    try:
        with transaction.atomic():
            guest.save(update_fields=["customer", "updated_at"])
    except IntegrityError:
        return False
    return True


def _move_lines(guest: Cart, own: Cart) -> None:
    now = clock.now()
    before = queries.quantities_of(own.pk)
    after = rules.merged(before, queries.quantities_of(guest.pk))
    seen = dict(CartLine.objects.filter(cart_id=guest.pk).values_list("variant_id", "seen_unit_minor"))
    CartLine.objects.bulk_create(
        [
            CartLine(
                cart_id=own.pk, variant_id=variant_id, quantity=quantity, seen_unit_minor=seen.get(variant_id),
                added_at=now,
            )
            for variant_id, quantity in after.items()
            if before.get(variant_id) != quantity
        ],
        update_conflicts=True,
        unique_fields=["cart", "variant"],
        update_fields=["quantity", "seen_unit_minor"],
    )  # fmt: skip
    codes = list(dict.fromkeys([*own.codes, *guest.codes]))[: promotions.MOST_CODES]
    sources = list(dict.fromkeys([*own.sources, *guest.sources]))[-rules.MAX_SOURCES :]
    cards = list(dict.fromkeys([*own.gift_cards, *guest.gift_cards]))[: rules.MAX_GIFT_CARDS]
    Cart.objects.filter(pk=own.pk).update(updated_at=now, codes=codes, sources=sources, gift_cards=cards)
    Cart.objects.filter(pk=guest.pk).update(closed_at=now, updated_at=now)


def _lock_in_order(guest: Cart, own: Cart | None) -> dict[int, Cart | None]:
    wanted = sorted({guest.pk, own.pk} if own else {guest.pk})
    found = {cart.pk: cart for cart in Cart.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    return {pk: found.get(pk) for pk in wanted}


def _locked(cart_id: int) -> Cart:
    cart: Cart | None = _LOCKED.first(id=cart_id)
    if cart is None:
        raise CartClosedError
    return cart


def _checked(quantity: int) -> int:
    if not 1 <= quantity <= rules.MAX_QUANTITY:
        raise QuantityOutOfRangeError
    return quantity


def _put(cart: Cart, variant_id: int, present: int, wanted: int) -> int:
    _checked(wanted)
    market = cart.market
    if not 0 < variant_id < 2**63:
        raise NotForSaleError
    offers = prices.quote([variant_id], market, quantities={variant_id: wanted}, customer_id=cart.customer_id)
    if variant_id not in offers:
        raise NotForSaleError
    # Taking fewer than before is always allowed, even where that is still too many.
    if wanted > present:
        _check_stock(variant_id, wanted, market)
    now, unit = clock.now(), offers[variant_id].unit.minor
    if present:
        lines = CartLine.objects.filter(cart_id=cart.pk, variant_id=variant_id)
        lines.update(quantity=wanted, seen_unit_minor=unit)
    else:
        insert(CartLine(cart_id=cart.pk, variant_id=variant_id, quantity=wanted, seen_unit_minor=unit, added_at=now))
    change(Cart, {"pk": cart.pk}, updated_at=now)
    return wanted


def _check_stock(variant_id: int, wanted: int, market: Market) -> None:
    availability = stock.availability([variant_id], market.pk).get(variant_id)
    available = availability.available if availability else 0
    if wanted > available:
        raise NotEnoughStockError(available)


def _take_out(cart: Cart, variant_id: int) -> None:
    if CartLine.objects.filter(cart_id=cart.pk, variant_id=variant_id).delete()[0]:
        Cart.objects.filter(pk=cart.pk).update(updated_at=clock.now())
