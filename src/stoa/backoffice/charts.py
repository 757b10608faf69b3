"""Charts drawn on the server: plain SVG from one template, sized in percent, so that they fit a phone and need no script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Pixels from the top of the picture: room for the highest tick's words, and for the labels under the bars.
TOP, PLOT, FOOT = 20, 200, 28
HEIGHT = TOP + PLOT + FOOT
# Of a bar's place, in percent: the rest is air.
BAR_SHARE = 62
MOST_TICKS = 4


@dataclass(frozen=True, slots=True)
class Point:
    """``label`` stands under the bar and is short; ``words`` say everything about it."""

    label: str
    value: int
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """``x`` and ``width`` in percent of the picture, ``y`` and ``height`` in pixels. ``middle`` is where the label stands."""

    label: str
    words: str
    x: str
    width: str
    middle: str
    y: int
    height: int
    is_extra: bool


@dataclass(frozen=True, slots=True)
class Tick:
    label: str
    y: int


@dataclass(frozen=True, slots=True)
class BarChart:
    bars: list[Bar]
    ticks: list[Tick]
    zero: int
    height: int = HEIGHT
    label_y: int = HEIGHT - 8


def bar_chart(points: Sequence[Point], tick_label: Callable[[int], str]) -> BarChart:
    """Bars from left to right. Values may be negative; ``tick_label`` writes a value of the axis in few letters."""
    step, low, high = _scale(points)

    def height_of(value: int) -> int:
        return TOP + (high - value) * PLOT // (high - low)

    place = 100 / max(len(points), 1)
    zero = height_of(0)
    bars = []
    for number, point in enumerate(points):
        y = height_of(point.value)
        bars.append(
            Bar(
                label=point.label, words=point.words, x=_percent(place * (number + (100 - BAR_SHARE) / 200)),
                width=_percent(place * BAR_SHARE / 100), middle=_percent(place * (number + 0.5)), y=min(y, zero),
                height=max(abs(zero - y), 1 if point.value else 0), is_extra=(len(points) - 1 - number) % 2 == 1,
            )
        )  # fmt: skip
    ticks = [Tick(tick_label(value), height_of(value)) for value in range(low, high + 1, step)]
    return BarChart(bars=bars, ticks=ticks, zero=zero)


def _scale(points: Sequence[Point]) -> tuple[int, int, int]:
    """The step of the axis (1, 2 or 5 times a power of ten), its lowest and its highest value."""
    lowest = min([0, *(point.value for point in points)])
    highest = max([1, *(point.value for point in points)])
    step = nice_step(highest - lowest)
    return step, -(-lowest // step) * step - (step if lowest % step else 0), -(-highest // step) * step


def nice_step(span: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … with which ``span`` takes no more than ``MOST_TICKS`` steps."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * MOST_TICKS >= span:
                return factor * power
        power *= 10


def _percent(value: float) -> str:
    return f"{value:.3f}%"
