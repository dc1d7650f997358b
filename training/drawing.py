"""Small pictures in SVG, drawn by hand: they scale, print, follow the colours of the page and need no script.

Colours are classes (grid, ideal, line, dot, bar), which the page defines for light and dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if number else 'M'}{x:.1f} {y:.1f}" for number, (x, y) in enumerate(points))


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}">{"".join(parts)}</svg>'
