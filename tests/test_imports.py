"""Imports run one way, late ones included; starting up stays light; one module alone knows YAML."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim

PACKAGE = Path(sim.__file__).parent

# The rooms from the bottom up: a module may import its own room and those below; rooms side by side see each other not.
ROOMS: tuple[tuple[str, ...], ...] = (
    ("errors", "version"),
    ("space", "theory", "execution"),
    ("model",),
    ("evidence",),
    ("game",),
    ("studies",),
    ("sweeps",),
    ("ensembles",),
    ("simulations",),
    ("comparisons",),
    ("output",),
    ("show",),
    ("plots", "report", "interop", "authoring"),
    ("cli",),
    ("__main__",),
)
FLOOR = {name: number for number, names in enumerate(ROOMS) for name in names}
LOOSE = {"errors", "version", "__init__", "__main__"}
FACADE = "sim"


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def room(module: str) -> str:
    return module.split(".")[1]


def absolute(module: str, node: ast.ImportFrom) -> str:
    """Return the full name that a from-import names."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    package = parts if SOURCES[module].name == "__init__.py" else parts[:-1]
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)


def imported(module: str) -> Iterator[str]:
    """Yield every module of this package that a module imports, wherever in its text."""
    for node in ast.walk(ast.parse(SOURCES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(module, node)
            inner = [f"{base}.{alias.name}" for alias in node.names]
            names = [name if name in SOURCES else base for name in inner]
        else:
            continue
        yield from (name for name in names if name == FACADE or name.startswith(FACADE + "."))


IMPORTS = {module: set(imported(module)) - {module} for module in SOURCES}
INNER = sorted(set(SOURCES) - {FACADE})


def test_imports_are_found() -> None:
    assert len(SOURCES) > 60
    assert "sim.model.load" in IMPORTS["sim.model.scenario"]
    assert "sim.theory.value_functions" in IMPORTS["sim.model.values"], "a late import inside a function"
    assert sum(map(len, IMPORTS.values())) > 150


def test_relative_imports_are_resolved() -> None:
    def resolved(module: str, text: str) -> str:
        (node,) = ast.parse(text).body
        assert isinstance(node, ast.ImportFrom)
        return absolute(module, node)

    assert resolved("sim.model.load", "from . import names") == "sim.model"
    assert resolved("sim.model.load", "from .names import suggest") == "sim.model.names"
    assert resolved("sim.model.load", "from ..errors import Fault") == "sim.errors"
    assert resolved("sim.model.checks", "from .context import Context") == "sim.model.checks.context"
    assert resolved("sim.model.checks", "from ..names import suggest") == "sim.model.names"


def test_every_import_names_a_module() -> None:
    unknown = {(module, name) for module, names in IMPORTS.items() for name in names if name not in SOURCES}
    assert unknown == set()


@pytest.mark.parametrize("module", INNER)
def test_every_module_has_a_room_and_imports_downwards(module: str) -> None:
    assert room(module) in FLOOR, f"{module}: enter its room in ROOMS"
    beyond = {name for name in IMPORTS[module] - {FACADE} if room(name) != room(module)}
    upwards = sorted(name for name in beyond if FLOOR[room(name)] >= FLOOR[room(module)])
    assert upwards == []


def test_no_two_test_files_share_a_name() -> None:
    """pytest imports test files by their name alone and stops at the second of one name."""
    names = Counter(path.name for path in Path(__file__).parent.rglob("*.py"))
    assert {name for name, count in names.items() if count > 1} <= {"conftest.py"}


def test_nothing_lies_loose() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == LOOSE
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms == set(FLOOR) - LOOSE


def test_every_room_says_what_lives_there() -> None:
    for path in PACKAGE.rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert {folder for folder in folders if not (folder / "__init__.py").exists()} == set()


def test_no_room_bears_the_name_of_a_public_function() -> None:
    functions = {name for name in sim.__all__ if callable(getattr(sim, name))}
    assert functions & {path.parent.name for path in PACKAGE.rglob("__init__.py")} == set()


@pytest.mark.parametrize("module", [m for m in INNER if m.split(".")[1] in ("space", "theory")])
def test_arrays_know_nothing_of_scenarios(module: str) -> None:
    beyond = {room(name) for name in IMPORTS[module]} - {"space", "theory", "errors"}
    assert beyond == set()


@pytest.mark.parametrize("module", INNER)
def test_nothing_inside_imports_the_facade(module: str) -> None:
    assert FACADE not in IMPORTS[module]


def test_there_are_no_cycles() -> None:
    state: dict[str, int] = {}
    cycles: list[list[str]] = []

    def visit(module: str, trail: list[str]) -> None:
        state[module] = 1
        for name in sorted(IMPORTS[module] - {FACADE}):
            if state.get(name) == 1:
                cycles.append([*trail[trail.index(name) :], name] if name in trail else [module, name])
            elif name not in state:
                visit(name, [*trail, name])
        state[module] = 2

    for module in INNER:
        if module not in state:
            visit(module, [module])
    assert cycles == []


def test_one_module_alone_knows_yaml() -> None:
    users = set()
    for module, path in SOURCES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            if any(name.split(".")[0] == "yaml" for name in names):
                users.add(module)
    assert users == {"sim.model.load"}


MODULES = {"pyyaml": "yaml"}


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [each for name in ("store", "cluster") for each in project["optional-dependencies"][name]]
    core, more = ({name_of(each) for each in some} for some in (project["dependencies"], extras))
    used = {
        name.split(".")[0]
        for path in SOURCES.values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in outer_names(node)
    } - {FACADE, *sys.stdlib_module_names}
    assert used - more == core
    assert used <= core | more


def name_of(requirement: str) -> str:
    plain = re.split(r"[^\w.-]", requirement)[0].lower()
    return MODULES.get(plain, plain)


def outer_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def test_everything_public_is_there() -> None:
    assert sorted(sim.__all__) == dir(sim)
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sim.nothing  # noqa: B018


HEAVY = ("numpy", "scipy", "matplotlib", "pydantic", "rich", "xarray", "yaml", "nashpy")


def loaded(code: str) -> list[str]:
    """Return which heavy packages a fresh interpreter has loaded after some code."""
    report = f"\nimport sys, json\nprint('LOADED ' + json.dumps([n for n in {HEAVY!r} if n in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout.split("LOADED ")[1])
    return found


def test_the_probe_sees_heavy_packages() -> None:
    assert "numpy" in loaded("import sim\nsim.study")


@pytest.mark.parametrize(
    "code",
    [
        "import sim",
        "import sim.cli",
        "from sim.__main__ import main\ntry:\n    main(['--help'])\nexcept SystemExit: pass",
        "from sim.__main__ import main\ntry:\n    main(['run', '--help'])\nexcept SystemExit: pass",
        "from sim.__main__ import main\ntry:\n    main(['--version'])\nexcept SystemExit: pass",
        "from sim.__main__ import main\ntry:\n    main(['run'])\nexcept SystemExit: pass",
    ],
)
def test_starting_up_loads_nothing_heavy(code: str) -> None:
    assert loaded(code) == []


def test_reading_a_scenario_draws_nothing() -> None:
    assert not {"matplotlib", "scipy", "rich", "xarray"} & set(loaded("import sim\nsim.load"))
