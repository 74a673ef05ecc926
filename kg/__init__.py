"""Knowledge graphs of Chinese local news: every fact with its sentence.

kg.build([Path("pages")], Path("output"), place="武进区")
kg.facts("区委书记丁宗岳主持会议。")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.explain import facts
    from kg.pipeline import build

__version__ = "0.1.0"
__all__ = ["__version__", "build", "facts"]


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for, so that `kg --help` starts fast."""
    if name == "build":
        from kg.pipeline import build

        return build
    if name == "facts":
        from kg.explain import facts

        return facts
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
