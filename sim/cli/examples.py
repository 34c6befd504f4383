"""A command line or two for each command, shown below its help."""

from __future__ import annotations

__all__ = ["EXAMPLES"]

EXAMPLES: dict[str, tuple[str, ...]] = {
    "new": (
        "sim new talks.yaml --like deal",
        'sim new strike.yaml --party Union --party Port --issue "Wage rise=0:8:0.5:percent" --issue "Site=open,closed"',
    ),
    "weigh": (
        "sim weigh talks.yaml buyer -o weighed.yaml",
        "sim weigh talks.yaml buyer --answers points.yaml",
    ),
    "run": (
        "sim run talks.yaml",
        "sim run talks.yaml --at rival_price=1 --set parties.seller.no_deal=0.5 --show why,deals",
        "sim run talks.yaml --at-outcome price=100",
        "sim run talks.yaml --track price,delivery --track guarantee",
    ),
    "sweep": (
        "sim sweep talks.yaml --over rival_price=-1:1:41 -o map.nc",
        "sim sweep talks.yaml --over parties.seller.no_deal=0.2,0.3,0.4 --measure margin -o -",
    ),
    "ensemble": ("sim ensemble talks.yaml -n 10000 --doubt 0.3",),
    "simulate": ("sim simulate talks.yaml -n 1000",),
    "talks": (
        "sim talks talks.yaml -n 1000",
        "sim talks talks.yaml --tactic seller=boulware:0.1 --tactic buyer=tit_for_tat --opens buyer --trace",
    ),
    "plot": (
        "sim plot --list",
        "sim plot utility-plane talks.yaml -o plane.svg",
    ),
    "report": (
        "sim report talks.yaml -o page.html",
        "sim report spring.yaml autumn.yaml -o talks.html",
    ),
    "validate": ("sim validate talks.yaml weighed.yaml",),
    "schema": ("sim schema > schema.json",),
    "evidence": (
        "sim evidence talks.yaml",
        "sim evidence --party russia --kind position",
        "sim evidence check",
    ),
    "compare": ("sim compare before.yaml after.yaml --at rival_price=0",),
    "import": ("sim import domain.xml buyer.xml seller.xml -o talks.yaml",),
    "export": ("sim export talks.yaml --format genius -o folder",),
    "completion": ('eval "$(sim completion bash)"',),
}
