"""The picture of cost against size, for anybody to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.report import PAGE

if TYPE_CHECKING:
    from bench.sizes import Points

PICTURE = PAGE.with_name("performance.svg")
TITLE = "microseconds an article"
TICKS = [first * 10**zeros for zeros in range(6) for first in (1, 2, 5)]
COLOURS = ("#0b5fa5", "#c2571a")


def save(points: Points, file: Path) -> None:
    """Draw the points as SVG."""
    file.parent.mkdir(parents=True, exist_ok=True)
    chart(points).save(file)


def chart(points: Points) -> Any:
    """Draw a panel for each thing that grows, a line for each way; both axes grow by factors."""
    import altair as alt

    panels = list(dict.fromkeys(key.panel for key in points))
    ways = list(dict.fromkeys(key.way for key in points))
    colour = alt.Color(
        "way:N", title=None, scale=alt.Scale(domain=ways, range=COLOURS), legend=alt.Legend(orient="top")
    )
    drawn = [
        alt.Chart(alt.InlineData([_row(points, key) for key in points if key.panel == panel]), width=230, height=260)
        .mark_line(point=alt.OverlayMarkDef(size=50), strokeWidth=2.5)
        .encode(
            x=alt.X(
                "size:Q", title=panel, scale=alt.Scale(type="log", nice=False, padding=12), axis=_axis(points, panel)
            ),
            y=alt.Y(
                "microseconds:Q",
                title=None if number else TITLE,
                scale=alt.Scale(type="log"),
                axis=alt.Axis(values=TICKS),
            ),
            color=colour,
        )
        for number, panel in enumerate(panels)
    ]
    return (
        alt.hconcat(*drawn)
        .resolve_scale(y="shared")
        .properties(title="What one article costs (lower is better)")
        .configure(background="white", padding=12)
        .configure_axis(labelFontSize=12, titleFontSize=13, gridColor="#e5e5e5")
        .configure_legend(labelFontSize=13)
        .configure_title(fontSize=16, anchor="start")
    )


def _axis(points: Points, panel: str) -> Any:
    import altair as alt

    return alt.Axis(
        values=sorted({key.size for key in points if key.panel == panel}), labelExpr="datum.value", grid=False
    )


def _row(points: Points, key: Any) -> dict[str, Any]:
    return {"way": key.way, "size": key.size, "microseconds": points[key]}
