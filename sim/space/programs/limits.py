"""Constraints in columns of their own, and questions that know nothing of them.

Whoever asks gives goals, rows and outcomes of C columns, and gets such back. The program of a space with constraints
that cannot be listed has B columns more, which must reach `space.least`: goals and outcomes are widened on the way in
and narrowed on the way out. What is wide already stays as it is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.space.pareto import Floats
from sim.space.points import Points
from sim.space.programs.goals import Goal, Rows
from sim.space.programs.unknowns import Program

__all__ = ["limited", "narrowed", "sound", "widened"]


def limited(program: Program, goal: Goal) -> Goal:
    """Return a goal whose hard rows hold the program's constraints too."""
    width, columns = program.width, len(program.columns)
    if len(goal.hard.weights) == columns:
        return goal
    limits = Rows(np.eye(columns)[:, width:], program.space.least, np.zeros(columns - width))

    def tangents(points: Floats) -> Rows:
        return _padded(goal.tangents(points[:, :width]), columns)

    def values(utilities: Floats) -> Floats:
        return goal.values(utilities[:, :width])

    return replace(goal, hard=_padded(goal.hard, columns).plus(limits), tangents=tangents, values=values)


def _padded(rows: Rows, columns: int) -> Rows:
    return replace(rows, weights=np.vstack([rows.weights, np.zeros((columns - len(rows.weights), len(rows)))]))


def widened(program: Program, points: Points) -> Points:
    """Return outcomes with the columns of the program's constraints."""
    if points.utilities.shape[1] == len(program.columns):
        return points
    levels = program.space.levels(points.codes)
    limits = np.zeros((len(points), len(program.columns) - program.width))
    for k, table in enumerate(program.space.factors.single):
        limits += table[levels[:, k], program.space.parties :]
    return Points(np.hstack([points.utilities, limits]), points.codes)


def narrowed(program: Program, points: Points) -> Points:
    """Return outcomes without the columns of the program's constraints."""
    if points.utilities.shape[1] == program.width:
        return points
    return Points(np.ascontiguousarray(points.utilities[:, : program.width]), points.codes)


def sound(program: Program, points: Points) -> Points:
    """Return those outcomes that meet the program's constraints, without their columns."""
    met = (points.utilities[:, program.width :] >= program.space.least).all(axis=1)
    return narrowed(program, points if met.all() else points.take(np.flatnonzero(met)))
