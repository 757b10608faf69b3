"""All the kinds of objects, from the families that draw them."""

from stoa.world.artwork import (
    bags,
    bath,
    clothing,
    footwear,
    garden,
    headwear,
    kitchen,
    lighting,
    pantry,
    seeds,
    stationery,
    teaware,
    textiles,
    vessels,
)
from stoa.world.artwork.kind import Kind

KINDS: dict[str, Kind] = {
    **vessels.KINDS,
    **teaware.KINDS,
    **textiles.KINDS,
    **lighting.KINDS,
    **kitchen.KINDS,
    **stationery.KINDS,
    **bags.KINDS,
    **headwear.KINDS,
    **clothing.KINDS,
    **footwear.KINDS,
    **garden.KINDS,
    **seeds.KINDS,
    **bath.KINDS,
    **pantry.KINDS,
}
