"""A deep sweep: what an importance does to the deal. Every level is a new space of outcomes, compiled and solved."""

from pathlib import Path

import sim

SCENARIO = Path(__file__).parents[2] / "scenarios" / "istanbul-2022.yaml"


def main() -> None:
    """Print the Nash deal as neutrality matters more to Russia, from two local processes."""
    over = {"parties.russia.values.nato.importance": sim.Span(5, 45, 9), "battlefield": [-0.5, 0.5]}
    ds = sim.sweep(str(SCENARIO), over, ["solutions", "within"], engine=sim.LocalProcesses(2))
    nato = ds.nash_deal.sel(issue="nato")
    print(nato.to_pandas().to_string())
    print("codes of levels:", ds.attrs["level_names"])


# Local processes are spawned: without this line each would start a sweep of its own.
if __name__ == "__main__":
    main()
