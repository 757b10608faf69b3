"""All the kinds of objects, from the families that draw them."""

from stoa.world.artwork import bags, clothing, garden, kitchen, lighting, pantry, stationery, textiles, vessels
from stoa.world.artwork.kind import Kind

KINDS: dict[str, Kind] = {
    **vessels.KINDS,
    **textiles.KINDS,
    **lighting.KINDS,
    **kitchen.KINDS,
    **stationery.KINDS,
    **bags.KINDS,
    **clothing.KINDS,
    **garden.KINDS,
    **pantry.KINDS,
}
