"""Small pictures in SVG, drawn by hand: they scale, print, follow the colours of the page and need no script.

Colours are classes (grid, ideal, line, dot, bar, before), which the page defines for light and dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

SIZE = 320  # of the square in which probabilities are drawn
_LEFT, _RIGHT, _BELOW, _ABOVE = 44, 20, 42, 12


def reliability(curve: Sequence[Mapping[str, float]]) -> str:
    """Draw what probabilities said against how often they were right; larger dots are more answers.

    Args:
        curve: bins with ``probability``, ``true`` and ``answers``, the least probable first.
    """
    width, height = _LEFT + SIZE + _RIGHT, _ABOVE + SIZE + _BELOW
    most = max((bin["answers"] for bin in curve), default=1)
    points = [(_LEFT + SIZE * bin["probability"], _ABOVE + SIZE * (1 - bin["true"]), bin) for bin in curve]
    parts = []
    for percent in range(0, 101, 25):
        x, y = _LEFT + SIZE * percent / 100, _ABOVE + SIZE * (1 - percent / 100)
        parts += [
            f'<path class="grid" d="M{_LEFT} {y:.1f}H{_LEFT + SIZE}M{x:.1f} {_ABOVE}V{_ABOVE + SIZE}"/>',
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{percent}%</text>',
            f'<text x="{x:.1f}" y="{_ABOVE + SIZE + 16}" text-anchor="middle">{percent}%</text>',
        ]
    parts.append(f'<path class="ideal" d="M{_LEFT} {_ABOVE + SIZE}L{_LEFT + SIZE} {_ABOVE}"/>')
    parts.append(f'<path class="line" d="{_path([(x, y) for x, y, _ in points])}"/>')
    for x, y, bin in points:
        told = f"said {bin['probability']:.0%}, right {bin['true']:.0%}, {bin['answers']:.0f} answers"
        radius = 2.5 + 4 * (bin["answers"] / most) ** 0.5
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{told}</title></circle>')
    parts.append(f'<text x="{_LEFT + SIZE / 2}" y="{height - 6}" text-anchor="middle">what the model said</text>')
    turned = f"translate(11 {_ABOVE + SIZE / 2}) rotate(-90)"
    parts.append(f'<text transform="{turned}" text-anchor="middle">how often it was right</text>')
    return _svg(width, height, "Share of right answers against the probability that was said", parts)


def effect(points: Sequence[tuple[float, float]], low: float, high: float) -> str:
    """Draw what one feature adds as a line.

    Args:
        points: the feature's values, rising, and what each adds.
        low, high: the range of what is added, the same for all pictures that stand side by side; 0 lies in it.
    """
    width, height, edge = 150, 64, 5
    first, last = points[0][0], points[-1][0]

    def place(x: float, y: float) -> tuple[float, float]:
        across = (x - first) / ((last - first) or 1.0)
        return edge + (width - 2 * edge) * across, edge + (height - 2 * edge) * (high - y) / ((high - low) or 1.0)

    line = [place(x, y) for x, y in points]
    zero = place(first, 0.0)[1]
    end = line[-1]
    parts = [
        f'<path class="ideal" d="M{edge} {zero:.1f}H{width - edge}"/>',
        f'<path class="line" d="{_path(line)}"/>',
        f'<circle class="dot" cx="{end[0]:.1f}" cy="{end[1]:.1f}" r="2.5"/>',
    ]
    return _svg(width, height, f"from {points[0][1]:+.1f} to {points[-1][1]:+.1f}", parts)


def trend(nights: Sequence[Mapping[str, object]], keys: Sequence[str]) -> str:
    """Draw scores night by night, the last one told at the end of its line; a dot is full where a model was promoted.

    Args:
        nights: each with ``night``, ``outcome`` and scores of 0 to 1, or None; the oldest first.
        keys: of the scores; of each a line.
    """
    width, height, left, right, above, below = 400, 170, 28, 36, 12, 24
    scores = [[_score(night.get(key)) for night in nights] for key in keys]
    known = [score for line in scores for score in line if score is not None] or [0.0, 1.0]
    low = max(0.0, min(known) - 0.02)
    high = min(1.0, max(max(known) + 0.02, low + 0.08))

    def place(number: int, score: float) -> tuple[float, float]:
        across = number / max(1, len(nights) - 1)
        return left + (width - left - right) * across, above + (height - above - below) * (high - score) / (high - low)

    parts = []
    for score in (low, (low + high) / 2, high):
        _, y = place(0, score)
        parts.append(f'<path class="grid" d="M{left} {y:.1f}H{width - right}"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{100 * score:.0f}</text>')
    ends = []
    for number, line in enumerate(scores):
        points = [(at, *place(at, score), score) for at, score in enumerate(line) if score is not None]
        parts.append(f'<path class="line line{number}" d="{_path([(x, y) for _, x, y, _ in points])}"/>')
        for at, x, y, score in points:
            kind = "dot" if nights[at].get("outcome") == "promoted" else "dot hollow"
            told = escape(f"{nights[at].get('night')}: {100 * score:.1f}, {nights[at].get('outcome')}")
            parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{told}</title></circle>')
        ends += [(points[-1][2], f"{100 * points[-1][3]:.1f}")] if points else []
    for y, told in _apart(ends, 14):
        parts.append(f'<text x="{width - right + 7}" y="{y + 4:.1f}">{told}</text>')
    for at, anchor in {0: "start", len(nights) - 1: "end"}.items() if nights else ():
        told = escape(str(nights[at].get("night")))
        parts.append(f'<text x="{place(at, low)[0]:.1f}" y="{height - 6}" text-anchor="{anchor}">{told}</text>')
    return _svg(width, height, "Scores over the last nights", parts)


def from_to(before: float, after: float, low: float = 0.0) -> str:
    """Draw a score before and after, as a ring and a dot with a line between, on a scale from ``low`` to 1."""
    width, height, edge = 150, 14, 7
    a, b = (edge + (width - 2 * edge) * min(1.0, max(0.0, (score - low) / (1 - low))) for score in (before, after))
    way = "up" if after >= before else "down"
    parts = [
        f'<path class="grid" d="M{edge} 7H{width - edge}"/>',
        f'<path class="step {way}" d="M{a:.1f} 7H{b:.1f}"/>',
        f'<circle class="ring" cx="{a:.1f}" cy="7" r="4"/>',
        f'<circle class="{way}" cx="{b:.1f}" cy="7" r="4"/>',
    ]
    return _svg(width, height, f"from {100 * before:.1f} to {100 * after:.1f}", parts)


def before_now(before: float, now: float, usual: Sequence[float] | None, most: float) -> str:
    """Draw two shares as bars, one above the other, and the usual range as a bracket around where the lower should end.

    Args:
        before, now: the shares.
        usual: from what to what it mostly is.
        most: the share that fills the width.
    """
    width, height = 220, 22
    reach = width - 2
    a, b = (max(1.0, reach * min(1.0, share / (most or 1.0))) for share in (before, now))
    parts = [
        f'<rect class="before" x="0" y="1" width="{a:.1f}" height="7" rx="1.5"/>',
        f'<rect class="bar" x="0" y="10" width="{b:.1f}" height="9" rx="1.5"/>',
    ]
    if usual:
        low, high = (1 + reach * min(1.0, share / (most or 1.0)) for share in usual)
        parts.append(f'<path class="usual" d="M{low:.1f} 8.5V20.5H{max(high, low + 1):.1f}V8.5"/>')
    return _svg(width, height, f"from {before:.1%} to {now:.1%}", parts)


def gauge(value: float, bounds: Sequence[float], expected: float) -> str:
    """Draw how far something is along a scale: up to ``expected`` it is nothing special, bounds are where it counts.

    Args:
        value: drawn as a bar; what is beyond the scale fills it.
        bounds: marked, the highest of them at two thirds of the scale.
        expected: the part of the scale up to there is shaded.
    """
    width, height, top = 220, 30, 1.5 * max(bounds)
    end, shade = (width * min(1.0, max(0.0, part) / top) for part in (value, expected))
    parts = [
        f'<rect class="scale" x="0" y="4" width="{width}" height="9" rx="2"/>',
        f'<rect class="shade" x="0" y="4" width="{shade:.1f}" height="9" rx="2"/>',
        f'<rect class="bar" x="0" y="4" width="{max(2.0, end):.1f}" height="9" rx="2"/>',
    ]
    for bound in bounds:
        x = width * bound / top
        parts.append(f'<path class="mark" d="M{x:.1f} 1V16"/>')
        parts.append(f'<text x="{x:.1f}" y="27" text-anchor="middle">{bound:g}</text>')
    return _svg(width, height, f"{max(0.0, value):.2f} on a scale on which {bounds[0]:g} is the first bound", parts)


def _score(given: object) -> float | None:
    return float(given) if isinstance(given, int | float) else None


def _apart(told: Sequence[tuple[float, str]], least: float) -> list[tuple[float, str]]:
    """Give texts with their heights, moved down where they would stand in each other."""
    placed = sorted(told)
    for number in range(1, len(placed)):
        y, text = placed[number]
        placed[number] = max(y, placed[number - 1][0] + least), text
    return placed


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if number else 'M'}{x:.1f} {y:.1f}" for number, (x, y) in enumerate(points))


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}">{"".join(parts)}</svg>'
