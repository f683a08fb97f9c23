"""Turns the folder of a plugin into a component.

    python build.py PLUGIN SDK WIT COMPONENT

Imports the plugin here to see what it implements and uses, makes the world from that, and has all of it put into the interpreter. What
happens is told on standard output, a line of JSON each; mistakes of the plugin go to standard error.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import traceback
from pathlib import Path

# Interfaces of the host that the SDK itself needs in every plugin, and those that come with a module of the SDK.
ALWAYS = ["config", "context", "clock", "log", "random"]
BY_MODULE = {"http": "http", "kv": "kv", "secrets": "secrets", "records": "records"}


class Mistake(Exception):
    """A mistake of the plugin, told without the stack of this program."""


def tell(step: str) -> None:
    print(json.dumps({"step": step}), flush=True)


def main_module(plugin: Path) -> tuple[str, list[Path]]:
    """The plugin's main module, and where Python finds it and what it depends on."""
    with (plugin / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    module = project.get("tool", {}).get("mortise", {}).get("module")
    if module is None:
        module = re.sub(r"[-.]+", "_", project.get("project", {}).get("name", "plugin"))
    places = [plugin / "src", plugin]
    found = next((place for place in places if (place / f"{module}.py").exists() or (place / module).is_dir()), None)
    if found is None:
        raise Mistake(
            f"there is no module `{module}` in {plugin / 'src'}: write the plugin in src/{module}.py, "
            'or name its module in pyproject.toml: [tool.mortise] module = "…"'
        )
    # What `pip install --target vendor` or a virtual environment of the project has brought.
    dependencies = [plugin / "vendor", *sorted(plugin.glob(".venv/lib/python*/site-packages"))]
    return module, [found, *(place for place in dependencies if place.is_dir())]


def look(module: str, places: list[Path], sdk: Path) -> tuple[list[str], list[str]]:
    """What the plugin implements, and what of the host it uses."""
    sys.path[:0] = [str(sdk / "src"), *map(str, places)]
    sys.dont_write_bytecode = True
    try:
        importlib.import_module(module)
    except Exception as error:
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename != __file__ and "importlib" not in frame.filename
        ]
        text = "".join(traceback.format_list(frames) + traceback.format_exception_only(error))
        raise Mistake(f"the plugin cannot be imported:\n{text.rstrip()}") from error
    from mortise_sdk.plugin import interfaces, registered

    if len(registered) != 1:
        raise Mistake(f"the module `{module}` registers {len(registered)} classes with @plugin: it has to be one")
    used = [interface for name, interface in BY_MODULE.items() if f"mortise_sdk.{name}" in sys.modules]
    return list(interfaces(registered[0])), ALWAYS + used


def world(wit: Path, scratch: Path, exports: list[str], imports: list[str]) -> Path:
    """A copy of the contract with the plugin's own world in it."""
    folder = scratch / "wit"
    shutil.copytree(wit, folder)
    contract = re.search(r"^package (\S+);$", (folder / "types.wit").read_text("utf-8"), re.MULTILINE)
    if contract is None:
        raise Mistake(f"{wit} is no contract: types.wit names no package")
    lines = [f"    import {name};" for name in imports] + [f"    export {name};" for name in exports]
    text = f"package {contract[1]};\n\nworld this-plugin {{\n" + "\n".join(lines) + "\n}\n"
    (folder / "this-plugin.wit").write_text(text, "utf-8")
    return folder


ENTRY = """\
import mortise_sdk
import {module}
from mortise_sdk._entry import serve

{classes}
"""


def build(plugin: Path, sdk: Path, wit: Path, component: Path) -> None:
    module, places = main_module(plugin)
    tell("importing the plugin")
    exports, imports = look(module, places, sdk)
    with tempfile.TemporaryDirectory(prefix="mortise-") as folder:
        scratch = Path(folder)
        classes = "\n".join(f'{pascal(name)} = serve("{name}")' for name in exports)
        (scratch / "app").mkdir()
        (scratch / "app" / "mortise_app.py").write_text(ENTRY.format(module=module, classes=classes), "utf-8")
        tell("putting it into the interpreter")
        made = scratch / "component.wasm"
        command = [
            tool(),
            "-q",
            "-d",
            str(world(wit, scratch, exports, imports)),
            "-w",
            "this-plugin",
            "componentize",
            "--stub-wasi",
        ]
        for at, place in enumerate([sdk / "src", *places]):
            # A copy: the interpreter in the sandbox leaves compiled files beside what it imports.
            copy = scratch / f"path{at}"
            shutil.copytree(place, copy, ignore=shutil.ignore_patterns("__pycache__", "node_modules", "target"))
            command += ["-p", str(copy)]
        command += ["-p", str(scratch / "app")]
        # The snapshot must not depend on whose machine it is made on.
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0", "TMPDIR": str(scratch)}
        run = subprocess.run(
            [*command, "mortise_app", "-o", str(made)], capture_output=True, text=True, check=False, env=environment
        )
        if run.returncode != 0:
            raise Mistake((run.stdout + run.stderr).strip())
        component.parent.mkdir(parents=True, exist_ok=True)
        # Beside its place and then moved, so that nobody reads half a file.
        part = component.with_suffix(f".{os.getpid()}.part")
        shutil.copyfile(made, part)
        part.replace(component)


def pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def tool() -> str:
    return str(Path(sys.executable).parent / "componentize-py")


if __name__ == "__main__":
    try:
        build(*(Path(argument).resolve() for argument in sys.argv[1:5]))
    except Mistake as mistake:
        sys.exit(str(mistake))
