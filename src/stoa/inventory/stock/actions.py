"""Every write to stock. All are atomic, and touch levels in ascending (variant, location)."""

from stoa.inventory.stock.adjustments import adjust, open_level, set_on_hand, set_policy
from stoa.inventory.stock.ledger import Restocked, Sold
from stoa.inventory.stock.opening import forget_openings, open_levels
from stoa.inventory.stock.places import create_location, update_location
from stoa.inventory.stock.reservations import ReservationFacts, claim, expire_reservations, release, reserve
from stoa.inventory.stock.sales import restock, sell

__all__ = [
    "ReservationFacts", "Restocked", "Sold", "adjust", "claim", "create_location", "expire_reservations", "forget_openings",
    "open_level", "open_levels",
    "release", "reserve", "restock", "sell", "set_on_hand", "set_policy", "update_location",
]  # fmt: skip
