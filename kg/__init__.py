"""Knowledge graphs of Chinese local news: every fact with its sentence.

kg.build([Path("pages")], Path("output"), place="武进区")
kg.extract("区委书记丁宗岳主持会议。")
kg.open("output").query("某人任职史", who="丁宗岳").to_pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.explain import facts
    from kg.explain import facts as extract
    from kg.pipeline import build
    from kg.store import open

__version__ = "0.1.0"
__all__ = ["__version__", "build", "extract", "facts", "open"]

_PLACES = {"build": "pipeline.build", "extract": "explain.facts", "facts": "explain.facts", "open": "store.open"}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for, so that `kg --help` starts fast."""
    if name in _PLACES:
        from importlib import import_module

        module, _, function = _PLACES[name].partition(".")
        return getattr(import_module(f"kg.{module}"), function)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
