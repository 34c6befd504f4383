"""What axe-core, where AXE names a copy of it, finds in a page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

AXE = os.environ.get("AXE", "")


def violations(page: Any) -> Iterator[str]:
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    for found in page.evaluate("axe.run().then(({ violations }) => violations)"):
        yield f"{found['id']}: {found['nodes'][0]['html'][:120]}"
