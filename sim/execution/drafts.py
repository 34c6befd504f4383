"""Names to write under until a file or a store is whole."""

from __future__ import annotations

import uuid
from pathlib import Path

__all__ = ["free_name"]


def free_name(target: Path) -> Path:
    """Return the name of nothing yet, beside a path and of the same kind."""
    return target.with_name(f".sim-{uuid.uuid4().hex[:12]}{target.suffix}")
