"""Take the picture of the report page that the README shows: python docs/make_page_picture.py [CHROMIUM].

Needs the browser extra and Debian's Chromium. The picture is what a reader sees first, at 1440 x 900.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from sim.__main__ import main

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "figures" / "page.png"


def take(chromium: str) -> None:
    """Make the page of the first scenario, wait until it has drawn everything, and keep what the window shows."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "page.html"
        if code := main(["report", str(ROOT / "scenarios" / "istanbul-2022.yaml"), "-o", str(page_file)]):
            raise SystemExit(code)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        page.goto(page_file.as_uri())
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(3000)
        page.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium")
    print(TARGET.relative_to(ROOT))
