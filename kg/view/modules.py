"""ES modules put together as one script: a page opened from a file may not load others."""

from __future__ import annotations

import re
from pathlib import Path

from kg.errors import ConfigurationError

IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) ([\w$]+))", re.MULTILINE)


def bundle(folder: Path, entry: str) -> str:
    """The module `entry` of the folder and all that it imports, each in a scope of its own, in the order of need.

    Knows one form each: `import { a, b } from "./x.js";` and `export` before a function, const or class.
    Raises ConfigurationError where modules import each other in a circle, or export what is not understood.
    """
    order: dict[str, str] = {}
    _visit(folder, entry, (), order)
    return '"use strict";\nconst modules = {};\n' + "".join(order.values())


def _visit(folder: Path, name: str, above: tuple[str, ...], order: dict[str, str]) -> None:
    if name in order:
        return
    if name in above:
        raise ConfigurationError(f"{folder / name}: imports itself by way of {' -> '.join(above)}")
    text = (folder / name).read_text(encoding="utf-8")
    for _, needed in IMPORT.findall(text):
        _visit(folder, needed, (*above, name), order)
    names = EXPORT.findall(text)
    body = EXPORT.sub("", IMPORT.sub(_taken, text))
    if wrong := re.search(r"^(?:import|export)\b.*", body, re.MULTILINE):
        raise ConfigurationError(f"{folder / name}: {wrong[0]!r} is no form of import or export that is understood")
    order[name] = f'/* {name} */\nmodules["{name}"] = (() => {{\n{body}return {{ {", ".join(names)} }};\n}})();\n'


def _taken(found: re.Match[str]) -> str:
    return f'const {{{found[1].replace(" as ", ": ")}}} = modules["{found[2]}"];\n'
