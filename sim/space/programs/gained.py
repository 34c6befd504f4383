"""What a space gains when a constraint is lifted: the outcomes that were not allowed before.

Where only one block of issues changes, every new outcome has one of that block's new combinations. A program over those
alone is much tighter than one over all outcomes, so that it is soon proven that none of them is better than what was
best before.
"""

from __future__ import annotations

import numpy as np

from sim.space.points import Points, pruned
from sim.space.programs.unknowns import Program, assembled, seen

__all__ = ["gained"]


def gained(old: Program, new: Program) -> Program | None:
    """Return the program of the outcomes that one space has and another, with the same issues, lacks.

    Parameters
    ----------
    old, new : Program
        All that the old one allows the new one allows too.

    Returns
    -------
    Program or None
        None where more than one block changes, or one that is a tree: nothing is said then.

    Examples
    --------
    >>> from sim.space.blocks import Factors, Mask, compile_space
    >>> from sim.space.programs.unknowns import program
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0], [0.4, 0.4]])
    >>> bound = Factors((table, table), masks=(Mask((0,), np.array([True, True, False])),))
    >>> found = gained(program(compile_space(bound)), program(compile_space(Factors((table, table)))))
    >>> found.sizes.tolist(), found.points.utilities[0].tolist()
    ([1, 3], [0.4, 0.4])
    """
    pairs = list(zip(old.blocks, new.blocks, strict=False))
    alike = len(old.blocks) == len(new.blocks) and all(
        a.own == b.own and not (a.children or b.children) for (a, _), (b, _) in pairs
    )
    if (
        not alike
        or old.fixed
        or new.fixed
        or old.columns != new.columns
        or len(old.space.least) != len(new.space.least)
    ):
        return None
    made = list(new.blocks)
    changed = [k for k, ((a, _), (b, _)) in enumerate(pairs) if len(a.levels) != len(b.levels)]
    if len(changed) != 1:
        return None
    (before, _), (node, _) = pairs[changed[0]]
    known = {code.tobytes() for code in before.points.codes}
    fresh = np.array([k for k, code in enumerate(node.points.codes) if code.tobytes() not in known], dtype=np.int64)
    some: Points = pruned(seen(node, fresh, new.columns))
    made[changed[0]] = (node, some)
    return assembled(new.space, (new.columns, new.fixed), made)
