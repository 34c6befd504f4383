"""What figures of paths in time share: months across, events as lines, where the paths come from."""

from __future__ import annotations

from matplotlib.axes import Axes

from sim.plots.data import source_of
from sim.plots.labels import label_points, short
from sim.plots.scales import number_axis
from sim.plots.style import QUIET
from sim.show.words import number_text
from sim.simulations.records import Simulation

__all__ = ["event_labels", "event_lines", "milestones", "month_axis", "months_text", "paths_source"]


def month_axis(ax: Axes, found: Simulation) -> None:
    """Let an axis run over the months of a simulation, both ends named."""
    ax.set_xlim(0, float(found.months[-1]))
    ax.set_xlabel("Months from today")
    number_axis(ax.xaxis)
    ax.set_xticks(found.months[milestones(found)])


def months_text(months: float) -> str:
    """Return a number of months in words."""
    return f"{number_text(float(months))} {'month' if months == 1 else 'months'}"


def milestones(found: Simulation) -> list[int]:
    """Return the steps at which numbers are written: the ends and about every quarter."""
    last = len(found.months) - 1
    return sorted({round(last * share) for share in (0, 0.25, 0.5, 0.75, 1)})


def event_lines(ax: Axes, found: Simulation) -> None:
    """Draw a line at each month with an event."""
    for month in sorted({month for month, _ in _events(found)}):
        ax.axvline(month, color=QUIET, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1, gid=f"event {month:g}")


def event_labels(ax: Axes, found: Simulation, y: float) -> None:
    """Name the events beside their lines, at a height in data coordinates, on axes laid out for good."""
    named = [((month, y), short(label, 26, lines=2)) for month, label in _events(found)]
    label_points(ax, [spot for spot, _ in named], [text for _, text in named], mark=2.0, size=7.5)


def _events(found: Simulation) -> list[tuple[float, str]]:
    dynamics = found.game.scenario.spec.dynamics
    assert dynamics is not None
    events = enumerate(dynamics.events, 1)
    return [(float(event.at) * dynamics.step_months, event.label or f"event {k}") for k, event in events]


def paths_source(found: Simulation) -> str:
    """Return where a simulation's numbers come from: scenario, leverage today, what was changed, digests."""
    return source_of(found.game, {name: round(float(x[0, 0]), 12) for name, x in found.levels.items()})
