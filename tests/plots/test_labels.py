"""Words that fit and labels that keep apart."""

from __future__ import annotations

import pytest
from figure_reading import drawn, overlaps, texts
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sim.plots.labels import fitted, label_points, plain, short, spread, wrapped
from sim.plots.style import page

PLACES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(PLACES, st.floats(0.001, 0.3))
def test_spread_places_keep_order_and_distance(places: list[float], apart: float) -> None:
    moved = spread(places, apart, 0.0, 1.0)
    ordered = [x for _, x in sorted(zip(places, moved, strict=True), key=lambda pair: pair[0])]
    room = min(apart, 1 / max(1, len(places) - 1))
    assert all(b - a >= room - 1e-9 for a, b in zip(sorted(moved), sorted(moved)[1:], strict=False))
    assert all(-1e-9 <= x <= 1 + 1e-9 for x in moved)
    if len(set(places)) == len(places):
        assert ordered == sorted(moved)


@given(PLACES)
def test_places_that_are_apart_stay(places: list[float]) -> None:
    kept = [n * 0.1 for n, _ in enumerate(places[:10])]
    assert spread(kept, 0.1, 0.0, 1.0) == pytest.approx(kept)


@given(st.text(max_size=200), st.integers(2, 40), st.integers(1, 4))
def test_short_text_fits(text: str, width: int, lines: int) -> None:
    parts = short(text, width, lines=lines).split("\n")
    assert len(parts) <= lines
    assert all(len(part) <= width for part in parts)
    if len(plain(text)) <= width:
        assert parts == [plain(text)]


@given(st.text(max_size=200))
def test_control_characters_never_reach_a_figure(text: str) -> None:
    assert all(c.isprintable() for c in plain(text))
    assert all(c.isprintable() or c == "\n" for c in wrapped(text, 20))


@given(st.lists(st.text("abcdefg", min_size=1, max_size=12), min_size=1, max_size=30))
def test_fitted_text_keeps_every_word(words: list[str]) -> None:
    found = fitted(" ".join(words), 150, size=9)
    assert found.split() == words
    assert len(found.splitlines()) <= len(words)


def test_labels_of_a_crowd_do_not_cover_each_other() -> None:
    figure = Figure(figsize=(6, 4))
    ax = figure.add_subplot()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    points = [(0.5 + 0.01 * k, 0.5 + 0.004 * k) for k in range(6)] + [(0.99, 0.99), (0.01, 0.02)]
    names = [f"a label with number {k}" for k in range(8)]
    figure.draw_without_rendering()
    label_points(ax, points, names)
    drawn(ax)
    assert overlaps(ax) == []
    boxes = {text: box for text, box in texts(ax) if text in names}
    frame = ax.get_window_extent()
    assert len(boxes) == 8
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes.values())
    assert all(frame.y0 <= box.y0 and box.y1 <= frame.y1 for box in boxes.values())


def test_labels_leave_dots_free_where_there_is_room() -> None:
    figure = Figure(figsize=(6, 4))
    ax = figure.add_subplot()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    dots = [(0.3 + 0.02 * i, 0.3 + 0.02 * j) for i in range(11) for j in range(11)]
    figure.draw_without_rendering()
    label_points(ax, [(0.4, 0.4)], ["in a cloud"], dots=dots)
    label_points(ax, [(0.9, 0.5)], ["alone"], dots=dots)
    boxes = {text: box for text, box in texts(drawn(ax)) if text in ("in a cloud", "alone")}
    assert not any(box.contains(*ax.transData.transform(dot)) for box in boxes.values() for dot in dots)
    (line,) = [note for note in ax.texts if note.get_text() == "in a cloud"]
    assert line.arrow_patch is not None  # type: ignore[attr-defined]


def test_a_number_and_its_percent_sign_stay_together() -> None:
    for width in range(30, 120, 5):
        assert not any(line.startswith("%") for line in fitted("a risk of 8 % and of 25 %", width, size=9).splitlines())


def test_words_start_at_the_edge_of_the_page() -> None:
    with page(None, {}, size=(6, 4)) as here:
        here.ax.set_yticks([0, 1], labels=["a rather long label", "another"])
        here.words("The finding", how="How to read it", source="Where from")
    starts = {text: box.x0 for text, box in texts(drawn(here.ax)) if text in ("The finding", "How to read it")}
    assert starts["The finding"] == pytest.approx(starts["How to read it"], abs=2)


def test_labels_that_must_be_near_are_left_out_where_there_is_no_room() -> None:
    ax = Figure(figsize=(3, 2)).add_subplot()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    points = [(0.5, 0.5)] * 30
    label_points(ax, points, ["a label of some length"] * 30, near=True)
    assert 0 < len(ax.texts) < 10
    assert overlaps(drawn(ax)) == []
