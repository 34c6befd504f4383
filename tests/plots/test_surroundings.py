"""Whatever matplotlib was told elsewhere, figures are the same; only the user's fonts count."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
import pytest
from figure_scenes import scenario
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

import sim
from sim.plots.files import rendered
from sim.plots.settings import font, owned

DEFAULTS: dict[str, Any] = dict(cast(Any, mpl.rcParamsDefault))
# Of the signs that DejaVu Sans lacks, one that another font which comes with matplotlib has.
RING, ITS_FONT = "\u20dd", "STIXGeneral"


def drawn(suffix: str = ".png") -> bytes:
    return rendered(sim.plots.utility_plane(sim.study(scenario("three"))), suffix)


def contrary() -> dict[str, Any]:
    """Return another value of every setting that says how something looks."""
    found: dict[str, Any] = {}
    for name in owned():
        usual = DEFAULTS[name]
        other: Any = (
            not usual if isinstance(usual, bool) else 3 * usual + 1 if isinstance(usual, (int, float)) else None
        )
        if other is not None and name not in ("font.family", "text.hinting_factor"):
            try:
                mpl.RcParams({name: other})
            except (ValueError, KeyError, RuntimeError):
                continue
            found[name] = other
    return found


def test_settings_of_the_user_change_no_byte() -> None:
    plain = {suffix: drawn(suffix) for suffix in (".png", ".svg")}
    other = contrary() | {
        "text.usetex": True,
        "savefig.bbox": "tight",
        "savefig.facecolor": "red",
        "axes.titlelocation": "right",
        "figure.hooks": ["no_such_module:hook"],
        "path.sketch": (1.0, 100.0, 2.0),
        "font.weight": "bold",
        "xtick.direction": "in",
    }
    assert len(other) > 100
    with mpl.rc_context(other):
        assert {suffix: drawn(suffix) for suffix in plain} == plain


def test_owned_is_all_but_what_is_no_look() -> None:
    left = {name.split(".")[0] for name in DEFAULTS if name not in owned()}
    assert left <= {
        *("_internal", "animation", "backend", "backend_fallback", "date", "docstring", "figure", "font"),
        *("interactive", "keymap", "macosx", "savefig", "timezone", "tk", "toolbar", "webagg"),
    }


@pytest.mark.parametrize(
    "settings",
    [
        {"font.family": [ITS_FONT]},
        {"font.family": ["No Such Font", ITS_FONT]},
        {"font.family": ["sans-serif"], "font.sans-serif": ["No Such Font", ITS_FONT, "DejaVu Sans"]},
    ],
)
def test_fonts_of_the_user_are_honoured(settings: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    def signs(name: str) -> Any:
        return get_font(findfont(FontProperties(family=name))).get_charmap()

    assert ord(RING) in signs(ITS_FONT)
    assert ord(RING) not in signs("DejaVu Sans")
    with mpl.rc_context(settings), caplog.at_level(logging.WARNING), warnings.catch_warnings():
        assert owned()["font.family"] == [ITS_FONT, "DejaVu Sans"]
        assert font(9).get_family() == [ITS_FONT, "DejaVu Sans"]
        warnings.simplefilter("error")
        found = drawn()
    assert found != drawn()
    assert not caplog.records


def test_the_usual_fonts_are_one() -> None:
    assert owned()["font.family"] == ["DejaVu Sans"]
    with mpl.rc_context({"font.family": ["No Such Font"]}):
        assert owned()["font.family"] == ["DejaVu Sans"]
    assert {"DejaVu Sans", ITS_FONT} <= {entry.name for entry in fontManager.ttflist}


def test_a_script_that_no_font_has_is_boxes_without_a_word(recwarn: pytest.WarningsRecorder) -> None:
    study = sim.study(scenario("three"))
    axes = sim.plots.utility_plane(study, title="谈判 " + RING)
    assert rendered(axes, ".png")
    assert not [one for one in recwarn if "Glyph" in str(one.message)]


@pytest.mark.parametrize("backend", ["nonsense", "module://no_such_module", "agg", ""])
def test_surroundings_that_cannot_be_used_do_not_matter(backend: str, tmp_path: Path) -> None:
    """A backend that does not exist, a folder for settings that cannot be, and a line that cannot be read."""
    (tmp_path / "matplotlibrc").write_text("text.usetex: perhaps\nfont.family: No Such Font\n")
    closed = tmp_path / "a file" / "inside"
    (tmp_path / "a file").write_text("")
    command = [sys.executable, "-m", "sim", "plot", "utility_plane", "scenarios/teaching/logroll.yaml", "-o"]
    around = {"MPLBACKEND": backend, "MPLCONFIGDIR": str(closed), "MATPLOTLIBRC": str(tmp_path / "matplotlibrc")}
    target = tmp_path / "a.png"
    done = subprocess.run(
        [*command, str(target)], env=os.environ | around, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, f"wrote {target}\n")
