"""The mark of the shop: five pillars under one roof, on one floor."""

from PIL import Image, ImageDraw

# x, y, width, height on a field of 64 by 64.
ROOF = (6, 12, 52, 7)
FLOOR = (6, 47, 52, 5)
PILLARS = tuple((9 + 10.25 * i, 22, 5, 22) for i in range(5))
INK = "#2f3a34"

LOGO_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="Stoa">'
    f'<g fill="{INK}">'
    + "".join(
        f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="1"/>' for x, y, w, h in (ROOF, *PILLARS, FLOOR)
    )
    + "</g></svg>"
)


def draw_logo(size: int = 512) -> Image.Image:
    """The mark as a square RGBA image of `size` pixels, on a transparent ground."""
    fold = 4
    scale = size * fold / 64
    mask = Image.new("L", (size * fold, size * fold), 0)
    draw = ImageDraw.Draw(mask)
    for x, y, w, h in (ROOF, *PILLARS, FLOOR):
        draw.rounded_rectangle([x * scale, y * scale, (x + w) * scale, (y + h) * scale], scale, fill=255)
    image = Image.new("RGBA", (size, size), INK)
    image.putalpha(mask.resize((size, size), Image.Resampling.BOX))
    return image
