"""Socks and slippers."""

from stoa.world.artwork.colour import darker, lighter
from stoa.world.artwork.drapery import cloth
from stoa.world.artwork.geometry import arc, box, ellipse, moved, smooth
from stoa.world.artwork.kind import Kind, Look
from stoa.world.artwork.layer import Layer
from stoa.world.artwork.patterns import printed
from stoa.world.artwork.sewing import leather, strap
from stoa.world.artwork.shading import both, folds, puff


def socks(layer: Layer, look: Look) -> None:
    """A pair side by side, the band still round them."""
    colour = look.palette.main
    tip = look.palette.accent if look.rng("tip").random() < 0.6 else darker(colour, 0.25)
    for dx, dy in ((0.13, 0.05), (-0.13, 0.0)):
        foot = [
            (0.11, 0.92),
            (0.105, 0.4),
            (0.12, 0.28),
            (0.3, 0.12),
            (0.33, 0.03),
            (0.26, -0.05),
            (0.12, -0.02),
            (-0.06, 0.1),
            (-0.12, 0.26),
            (-0.105, 0.5),
            (-0.11, 0.92),
        ]
        outline = moved(smooth(foot, 5, True), dx, dy)
        sock = layer.shape(outline)
        layer.veil(layer.shape(moved(outline, 0.018, -0.014)), (28, 20, 20), None, 0.28)
        if sock is None:
            continue
        marks = printed(
            layer,
            sock,
            look.pattern,
            (-0.3 + dx, -0.1 + dy, 0.36 + dx, 0.82 + dy),
            look.prints,
            look.rng("print"),
            scale=0.8,
        )
        if layer.image is not None:
            caps = [ellipse(0.31 + dx, 0.0 + dy, 0.12, 0.13), ellipse(-0.1 + dx, 0.12 + dy, 0.12, 0.12)]
            marks.append((layer.inked(sock, caps), tip))
        tone = both(puff(sock, 0.22), folds(sock, [[(0.1, 0.66), (0.4, 0.6)], [(0.12, 0.76), (0.44, 0.64)]], 26))
        layer.paint(sock, colour, tone, texture="rib", marks=marks, grain=0.7)
        cuff = layer.shape(moved(box(-0.115, 0.8, 0.115, 0.93, 0.02), dx, dy))
        if cuff is not None:
            layer.paint(cuff, lighter(tip, 0.05), puff(cuff, 0.12), texture="rib", grain=0.8)
    band = layer.shape(box(-0.27, 0.5, 0.27, 0.68, 0.01))
    layer.veil(layer.shape(box(-0.265, 0.485, 0.275, 0.66, 0.01)), (28, 20, 20), None, 0.3)
    if band is not None:
        layer.paint(band, look.palette.paper, puff(band, 0.06), texture="paper")
        layer.paint(layer.shape(arc(0, 0.57, 0.04, 0.05, 0, 180, 14)), look.palette.accent)


def slippers(layer: Layer, look: Look) -> None:
    """Felt slippers from above."""
    colour = look.palette.main
    for side, dy in ((-1, 0.0), (1, 0.05)):
        sole = smooth(
            [
                (0.0, 0.5),
                (0.15, 0.4),
                (0.19, 0.2),
                (0.14, -0.1),
                (0.15, -0.38),
                (0.0, -0.5),
                (-0.15, -0.38),
                (-0.13, -0.1),
                (-0.16, 0.2),
                (-0.12, 0.42),
            ],
            5,
            True,
        )
        place = [(x * side + side * 0.23, y + dy) for x, y in sole]
        base = layer.shape(place)
        leather(layer, base, darker(look.palette.second, 0.1), 0.05)
        inner = [(side * 0.23 + (x - side * 0.23) * 0.86, dy + (y - dy) * 0.92) for x, y in place]
        lining = layer.shape(inner)
        if lining is not None:
            layer.paint(lining, look.palette.second, puff(lining, 0.16, 1.4, 112), texture="pile")
        upper = [p for p in place if p[1] - dy > 0.02]
        vamp = layer.shape(upper)
        cloth(layer, look, vamp, (-0.5, -0.5, 0.5, 0.6), texture="wool", softness=0.22, colour=colour)
        edge = sorted((p for p in upper if p[1] - dy < 0.1), key=lambda p: p[0])
        if len(edge) > 1:
            strap(
                layer,
                smooth([edge[0], (side * 0.23, 0.1 + dy), edge[-1]], 6),
                0.03,
                look.palette.accent,
                "wool",
            )


KINDS: dict[str, Kind] = {
    "socks": Kind(
        socks,
        "flat",
        (-0.28, -0.06, 0.47, 1.0),
        ("stripes", "breton", "dots", "plain", "diamonds", "cross", "plain"),
        (0.05, 0.55),
        ("beanie", "slippers"),
        None,
        1.1,
    ),
    "slippers": Kind(
        slippers,
        "flat",
        (-0.44, -0.52, 0.44, 0.56),
        ("plain", "plain", "plaid", "herringbone"),
        (0.2, 0.2),
        ("socks", "scarf"),
        None,
        1.0,
    ),
}
