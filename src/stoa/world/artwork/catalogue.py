"""All the kinds of objects, from the families that draw them."""

from stoa.world.artwork import textiles, vessels
from stoa.world.artwork.kind import Kind

KINDS: dict[str, Kind] = {**vessels.KINDS, **textiles.KINDS}
