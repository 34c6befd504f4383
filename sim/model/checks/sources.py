"""Checks of the sources section; whether claims exist is for the evidence layer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sim.errors import Fault
from sim.model.checks.context import Context
from sim.model.paths import lookup, split

__all__ = ["check_sources"]

_CLAIM = re.compile(r"[\w-]+/[\w-]+")


def check_sources(c: Context) -> Iterator[Fault]:
    """Yield every fault of the sources."""
    for path, source in c.spec.sources.items():
        keys = ("sources", path)
        try:
            found = split(c.tree.data, path)
        except KeyError as error:
            yield c.fault(keys, str(error.args[0]), key=True)
        else:
            if lookup(c.tree.data, found) is None:
                yield c.fault(keys, f"{path} is not in this file (expected a path that is)", key=True)
        written = set(c.names(*keys))
        if len({"claims", "assumption"} & written) != 1:
            yield c.fault(keys, "neither or both of claims and assumption (expected one of the two)")
        if source.differs is not None and "claims" not in written:
            yield c.fault((*keys, "differs"), "differs without claims (expected beside claims)", key=True)
        for k, claim in enumerate(source.claims or ()):
            if not _CLAIM.fullmatch(claim):
                yield c.fault((*keys, "claims", str(k)), f"{claim!r} (expected DOCUMENT/CLAIM, as doc-001/army-cap)")
