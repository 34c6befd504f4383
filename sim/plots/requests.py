"""What a figure is asked of a scenario, and the study or sweep that answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sim.ensembles.ensemble import ensemble, run_plan
from sim.ensembles.requests import plan_of
from sim.ensembles.sensitivity import Sensitivity, decided
from sim.errors import RequestError
from sim.model.base import label_of
from sim.model.scenario import Scenario, prepared
from sim.plots.data import known
from sim.simulations.records import Simulation
from sim.simulations.session_records import Sessions
from sim.simulations.sessions import sessions
from sim.simulations.simulate import simulate
from sim.studies.study import Study, study
from sim.sweeps.axes import Span
from sim.sweeps.findings.elasticities import elasticities
from sim.sweeps.sweep import sweep

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "InDoubt",
    "Request",
    "doubt_for",
    "map_for",
    "moves_for",
    "path_for",
    "paths_for",
    "share_for",
    "study_for",
    "terms_for",
    "trace_for",
]

_PATH, _MAP, _MOVES = 201, 101, 81
_TRUTHS, _SOLVED, _SET = 1000, 100, 64
_FEW_TRUTHS, _SHARES = 100, 9
_PATHS = 1000


@dataclass(frozen=True, kw_only=True)
class Request:
    """A scenario at one leverage point, and what of it to show.

    Attributes
    ----------
    scenario : Scenario or str
        Or the path of its file.
    leverage, set, lift, sign
        As for `sim.study`.
    issues, parties, levers : sequence of str
        To show; the figure chooses where they are empty.
    solution, measure : str
        Likewise.
    doubt : float, optional
        Every assumption is known within this share, in place of what the scenario states.
    tactics : mapping
        By signer how it talks; linear where none is given.
    page_number : int
        Of a figure in pages, from 1; 0 is the first.
    """

    scenario: Scenario | str
    leverage: Mapping[str, float] = field(default_factory=dict)
    set: Mapping[str, Any] = field(default_factory=dict)
    lift: Sequence[str] = ()
    sign: Sequence[str] = ()
    issues: Sequence[str] = ()
    parties: Sequence[str] = ()
    levers: Sequence[str] = ()
    solution: str = ""
    measure: str = ""
    doubt: float | None = None
    tactics: Mapping[str, str] = field(default_factory=dict)
    page_number: int = 0

    def settled(self) -> Request:
        """Return the request with its scenario read, values set and red lines lifted."""
        return replace(self, scenario=self.ready(), set={}, lift=())

    def ready(self) -> Scenario:
        """Return the scenario with values set and red lines lifted."""
        return prepared(self.scenario, self.set, self.lift)


def study_for(request: Request) -> Study:
    """Return the study of a request."""
    return study(request.ready(), request.leverage, sign=request.sign)


@dataclass(frozen=True, eq=False)
class InDoubt:
    """A study, and what follows in many truths about its uncertain numbers.

    Attributes
    ----------
    study : Study
    truths : xarray.Dataset
        As `sim.ensemble` returns it.
    sensitivity : Sensitivity
    known : str
        What the truths are drawn from, in words.
    """

    study: Study
    truths: xr.Dataset
    sensitivity: Sensitivity
    known: str


def doubt_for(request: Request) -> InDoubt:
    """Return many truths about what a scenario does not know: by statements, by a doubt, or by its sources."""
    plan = plan_of(
        request.ready(),
        _TRUTHS,
        doubt=request.doubt,
        leverage=request.leverage,
        sign=request.sign,
        solution=request.solution or "nash",
        solved=_SOLVED,
    )
    found = run_plan(plan)
    return InDoubt(study_for(request), found, decided(replace(plan, n=_SET, solved=0, deals={})), plan.inputs.by)


def share_for(request: Request) -> xr.Dataset:
    """Return the share of truths with a zone over two levers."""
    scenario = request.ready()
    names = chosen_levers(request, scenario, 2)
    over = {name: Span(*scenario.spec.leverage[name].range, _SHARES) for name in names}
    return ensemble(scenario, _FEW_TRUTHS, doubt=request.doubt, over=over, leverage=request.leverage, sign=request.sign)


def paths_for(request: Request) -> Simulation:
    """Return many paths in time, with a deal as soon as there is a zone."""
    return simulate(request.ready(), _PATHS, leverage=request.leverage, sign=request.sign)


def trace_for(request: Request) -> Sessions:
    """Return one session of talks without noise, the first signer opening."""
    scenario = request.ready()
    signers = [name for name, party in scenario.spec.parties.items() if party.consent or name in request.sign]
    tactics = {**dict.fromkeys(signers, "linear"), **request.tactics}
    return sessions(
        scenario, 1, tactics=tactics, opens=signers[0], noise=0, leverage=request.leverage, sign=request.sign
    )


def path_for(request: Request) -> xr.Dataset:
    """Return a sweep over one lever, with the terms of the deals."""
    names = [request.solution or "nash"]
    return _swept(request, 1, _PATH, measures=["margin", "ranges", "solutions", "within"], solutions=names)


def moves_for(request: Request) -> xr.Dataset:
    """Return a sweep over one lever, with the equilibria of the scenario's games."""
    scenario = request.ready()
    signing = [name for name, party in scenario.spec.parties.items() if party.consent or name in request.sign]
    if sum(bool(scenario.spec.moves.get(name)) for name in signing) < 2:
        raise RequestError("fewer than two sides that must agree have moves (expected a section moves)")
    return _swept(request, 1, _MOVES, measures=["margin", "games"], solutions=["nash"])


def map_for(request: Request) -> xr.Dataset:
    """Return a sweep over two levers, with what the measure asked for needs."""
    base = request.measure.partition(":")[0]
    wanted = {"share": ["share"], "durable": ["durability"], "war": ["durability"], "offers": ["offers"]}
    extra = wanted.get(base.partition("_")[0], [])
    measures = ["margin", "surplus", "ranges", "solutions", "terms", *extra]
    return _swept(request, 2, _MAP, measures=measures, solutions=None)


def terms_for(request: Request) -> xr.Dataset:
    """Return which lever moves which term."""
    if request.sign:
        raise RequestError("lever_terms shows the parties that must agree (leave --sign out)")
    scenario, solution = request.ready(), request.solution or "nash"
    if not scenario.spec.leverage:
        raise RequestError("the scenario has no leverage variables (expected a section leverage)")
    # At the levels of a leverage path, so that both figures show the same ends.
    return elasticities(scenario, solution=solution, leverage=request.leverage, steps=_PATH)


def chosen_levers(request: Request, scenario: Scenario, count: int) -> list[str]:
    """Return as many levers as a figure needs: those named, then the scenario's first.

    Raises
    ------
    RequestError
        A lever that does not exist or is held at a level, or too few of them.
    """
    variables = list(scenario.spec.leverage)
    named = [known("leverage variable", name, variables) for name in request.levers]
    if len(set(named)) < len(named):
        raise RequestError(f"levers: {', '.join(named)} (expected {count} different leverage variables)")
    if len(named) > count:
        raise RequestError(f"levers: {', '.join(named)} (expected {count} for this figure)")
    chosen = [*named, *(n for n in variables if n not in named and n not in request.leverage)][:count]
    if len(set(chosen)) < count:
        raise RequestError(_too_few(len(set(chosen)), variables, count=count))
    held = [name for name in chosen if name in request.leverage]
    if held:
        raise RequestError(f"{held[0]}: is moved by this figure (leave --at {held[0]} out, or choose other levers)")
    return chosen


def _too_few(movable: int, variables: Sequence[str], *, count: int) -> str:
    """Return that there are too few levers, and what would help."""
    wanted = "a leverage variable" if count == 1 else f"{count} different leverage variables"
    remedy = "expected a section leverage" if not variables else "leave --at out"
    if variables and len(variables) < count:
        remedy = "plot leverage_path instead"
    return f"the figure needs {wanted}; {movable} can be moved here ({remedy})"


def _swept(request: Request, axes: int, count: int, *, measures: list[str], solutions: list[str] | None) -> xr.Dataset:
    scenario = request.ready()
    names = chosen_levers(request, scenario, axes)
    over = {name: Span(*scenario.spec.leverage[name].range, count) for name in names}
    found = sweep(scenario, over, measures, solutions=solutions, leverage=request.leverage, sign=request.sign)
    return found.assign_coords(move_label=("move", _move_labels(scenario, found))) if "move" in found.coords else found


def _move_labels(scenario: Scenario, found: xr.Dataset) -> list[str]:
    pairs = [str(move).partition(".") for move in found["move"].values]
    return [label_of(move, scenario.spec.moves[party][move]) for party, _, move in pairs]
