# SPDX-License-Identifier: Apache-2.0
# smtpqd: reliable outbound mail from a queue directory

"""A line chart as SVG: a few series of points over a logarithmic horizontal axis."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 50, 60
COLORS = ("#0969da", "#bc4c00", "#1a7f37", "#8250df")
HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">\n'
    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
)


class LineChart:
    """Series by their names, each a list of points (x, y) with x ≥ 0: 0 stands one step left of the smallest other x."""

    def __init__(self, title, x_label, y_label, series):
        self.title, self.x_label, self.y_label, self.series = title, x_label, y_label, series
        self.places = sorted({x for points in series.values() for x, _ in points})
        self.top = nice_ceiling(max(y for points in series.values() for _, y in points))

    def x(self, value):
        scale = [self._logarithm(each) for each in self.places]
        share = (self._logarithm(value) - scale[0]) / ((scale[-1] - scale[0]) or 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def _logarithm(self, value):
        smallest = next(each for each in self.places if each > 0)
        return math.log(value / smallest) if value else -math.log(10)

    def y(self, value):
        return HEIGHT - BOTTOM - value / self.top * (HEIGHT - TOP - BOTTOM)

    def svg(self):
        return HEAD + "\n".join([*self._frame(), *self._lines()]) + "\n</svg>\n"

    def _frame(self):
        yield text(LEFT, 28, self.title, size=16)
        for step in range(6):
            value = self.top * step / 5
            yield f'<path d="M{LEFT} {self.y(value):.1f}H{WIDTH - RIGHT}" stroke="#d0d7de"/>'
            yield text(LEFT - 8, self.y(value) + 4, f"{value:,.10g}", anchor="end")
        for place in self.places:
            yield text(self.x(place), HEIGHT - BOTTOM + 20, f"{place:,}", anchor="middle")
        yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 15, self.x_label, anchor="middle")
        yield text(LEFT, TOP - 6, self.y_label, color="#59636e")

    def _lines(self):
        ends = []
        for (name, points), color in zip(self.series.items(), COLORS):
            places = [(self.x(x), self.y(y)) for x, y in points]
            corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            yield f'<polyline points="{corners}" fill="none" stroke="{color}" stroke-width="2"/>'
            yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in places)
            ends.append((places[-1][1], name, color))
        lowest = 0
        for y, name, color in sorted(ends):
            lowest = max(y, lowest + 18)
            yield text(WIDTH - RIGHT + 10, lowest + 4, name, color=color)


def text(x, y, content, anchor="start", size=13, color="#1f2328"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{color}">{escape(content)}</text>'


def nice_ceiling(value):
    """The next of 1, 2, 2.5 and 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= value)
