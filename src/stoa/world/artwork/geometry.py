"""Outlines as lists of points, in units: x to the right, y up. Nothing here touches pixels."""

import math
from collections.abc import Sequence

Point = tuple[float, float]
Outline = list[Point]


def smooth(points: Sequence[Point], steps: int = 8, closed: bool = False) -> Outline:
    """A Catmull-Rom curve through `points`, with `steps` segments between each two."""
    n = len(points)
    out: Outline = []
    for i in range(n if closed else n - 1):
        p0 = points[(i - 1) % n] if closed or i > 0 else points[0]
        p1, p2 = points[i], points[(i + 1) % n]
        p3 = points[(i + 2) % n] if closed or i + 2 < n else points[-1]
        for s in range(steps):
            out.append(_catmull(p0, p1, p2, p3, s / steps))
    if not closed:
        out.append(points[-1])
    return out


def _catmull(p0: Point, p1: Point, p2: Point, p3: Point, t: float) -> Point:
    def axis(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)

    return axis(p0[0], p1[0], p2[0], p3[0]), axis(p0[1], p1[1], p2[1], p3[1])


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float, n: int = 40) -> Outline:
    """Points of an ellipse from angle `start` to `end` (degrees, counter-clockwise from the right)."""
    a, b = math.radians(start), math.radians(end)
    return [(cx + rx * math.cos(a + (b - a) * i / n), cy + ry * math.sin(a + (b - a) * i / n)) for i in range(n + 1)]


def ellipse(cx: float, cy: float, rx: float, ry: float | None = None, n: int = 56) -> Outline:
    return arc(cx, cy, rx, rx if ry is None else ry, 0, 360, n)


def box(x0: float, y0: float, x1: float, y1: float, radius: float = 0.0) -> Outline:
    """A rectangle, with round corners of `radius` units."""
    if radius <= 0:
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    r = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
    return (
        arc(x1 - r, y1 - r, r, r, 0, 90, 8)
        + arc(x0 + r, y1 - r, r, r, 90, 180, 8)
        + arc(x0 + r, y0 + r, r, r, 180, 270, 8)
        + arc(x1 - r, y0 + r, r, r, 270, 360, 8)
    )


def mirror(points: Sequence[Point]) -> Outline:
    """The right half `points` (bottom to top) followed by its mirror image: a closed symmetrical outline."""
    return list(points) + [(-x, y) for x, y in reversed(points)]


def ribbon(points: Sequence[Point], width: float, end_width: float | None = None) -> Outline:
    """The outline of a round-ended band along a smooth path; tapers from `width` to `end_width`."""
    last = len(points) - 1
    final = width if end_width is None else end_width
    left: Outline = []
    right: Outline = []
    for i, (x, y) in enumerate(points):
        ax, ay = points[max(i - 1, 0)]
        bx, by = points[min(i + 1, last)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        half = (width + (final - width) * i / max(last, 1)) / 2
        nx, ny = -(by - ay) / length * half, (bx - ax) / length * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + _cap(points[-1], left[-1], right[-1]) + right[::-1] + _cap(points[0], right[0], left[0])


def _cap(centre: Point, start: Point, end: Point) -> Outline:
    radius = math.hypot(start[0] - centre[0], start[1] - centre[1])
    a = math.atan2(start[1] - centre[1], start[0] - centre[0])
    return [
        (
            centre[0] + radius * math.cos(a - math.pi * i / 6),
            centre[1] + radius * math.sin(a - math.pi * i / 6),
        )
        for i in range(1, 6)
    ]


def turned(points: Sequence[Point], degrees: float, about: Point = (0.0, 0.0)) -> Outline:
    """`points` turned counter-clockwise around `about`."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [
        (
            about[0] + (x - about[0]) * c - (y - about[1]) * s,
            about[1] + (x - about[0]) * s + (y - about[1]) * c,
        )
        for x, y in points
    ]


def moved(points: Sequence[Point], dx: float, dy: float, scale: float = 1.0) -> Outline:
    return [(x * scale + dx, y * scale + dy) for x, y in points]


def cut(points: Sequence[Point], longest: float) -> Outline:
    """A closed outline with no edge longer than `longest` units, so that it can be bent round a vessel."""
    out: Outline = []
    for i, (x, y) in enumerate(points):
        nx, ny = points[(i + 1) % len(points)]
        parts = max(1, math.ceil(math.hypot(nx - x, ny - y) / longest))
        out.extend((x + (nx - x) * k / parts, y + (ny - y) * k / parts) for k in range(parts))
    return out
