"""Tracks of talks as data for `--json`."""

from __future__ import annotations

from typing import Any

from sim.studies.agendas.tracks import Order, Step, Tracks

__all__ = ["tracks_data"]


def tracks_data(found: Tracks) -> dict[str, Any]:
    """Return tracks as plain data: each track, their sum, all issues at once, and every order."""
    return {
        "status_quo": dict(found.base),
        "tracks": [_step(step) for step in found.given.steps],
        "complete": found.given.complete,
        "gains": dict(found.given.gains),
        "whole": _step(found.whole),
        "linking": dict(found.linking),
        "orders": [_order(order) for order in found.orders],
        "notes": list(found.notes),
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "tracks": [k + 1 for k in order.tracks],
        "agreed": [step.deal is not None for step in order.steps],
        "gains": dict(order.gains),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "issues": list(step.issues),
        "truce": step.truce,
        "exists": step.exists,
        "margin": step.margin,
        "resolution": step.resolution,
        "deal": None if step.deal is None else dict(step.deal),
        "gains": dict(step.gains),
    }
