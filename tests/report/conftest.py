"""Chromium, pages of some scenarios, and views of them that record every complaint and request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from report_views import CHROMIUM, QUIET, SCENES, Open, Opened

import sim
from sim.report.page import write_page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    folder = tmp_path_factory.mktemp("pages")

    def address(name: str) -> str:
        target = folder / f"{name}.html"
        if not target.exists():
            write_page(sim.study(SCENES[name]()), str(target))
        return target.as_uri()

    return address


@pytest.fixture
def opened(browser: Any, pages: Callable[[str], str]) -> Iterator[Open]:
    contexts = []

    def start(name: str, *, hash: str = "", address: str = "", script: str = "", **options: Any) -> Opened:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        where = address or pages(name)
        result = Opened(page, where)
        page.on("console", lambda message: result.troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: result.troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: result.troubles.append(f"dialog: {dialog.message}"))
        page.on(
            "request", lambda request: None if request.url.startswith(where) else result.troubles.append(request.url)
        )
        page.goto(where + hash)
        return result

    yield start
    for context in contexts:
        context.close()
