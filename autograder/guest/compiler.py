"""torch's compiler, loaded when something of it is used; without it a box starts and forks faster.

An optimiser imports `torch._dynamo`, hundreds of modules in a second, only to say of its own
functions that they shall not be compiled.  As long as nothing is, that says nothing.
"""

import sys
from importlib import util
from types import FunctionType, ModuleType
from typing import Any

NAME = "torch._dynamo"
_disabled: list[Any] = []


def load_late() -> None:
    """Put a compiler in its place that loads itself when more than `_UNLOADED` is asked of it."""
    spec = util.find_spec(NAME)
    if NAME in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = loader = util.LazyLoader(spec.loader)
    module = util.module_from_spec(spec)
    sys.modules[NAME] = vars(sys.modules["torch"])["_dynamo"] = module
    loader.exec_module(module)
    module.__class__ = _Unloaded


def run_uncompiled() -> None:
    """What a notebook has compiled runs as it is: a compiler needs programs that no box starts."""
    torch: Any = sys.modules["torch"]

    def compile_(model: Any = None, **_: Any) -> Any:
        return model if model is not None else lambda function: function

    torch.compile = compile_
    torch.nn.Module.compile = lambda *_, **__: None


def _disable(function: Any = None, *arguments: Any, **options: Any) -> Any:
    """Note a function of torch as not to be compiled; for any other one import the compiler."""
    if isinstance(function, FunctionType) and function.__module__.startswith("torch."):
        _disabled.append(function)
        return function
    return _load(sys.modules[NAME]).disable(function, *arguments, **options)


_UNLOADED = {"disable": _disable, "graph_break": lambda *_, **__: None}


class _Unloaded(ModuleType):
    def __getattribute__(self, name: str) -> Any:
        if name[:2] == "__" and name != "__path__":  # whose reader wants another part of it
            return super().__getattribute__(name)
        return _UNLOADED[name] if name in _UNLOADED else getattr(_load(self), name)


def _load(module: Any) -> Any:
    while _disabled:
        vars(_disabled.pop()).pop("__dynamo_disable", None)  # it is asked again, and then told
    module.__class__ = util._LazyModule  # type: ignore[attr-defined]  # noqa: SLF001 - as it was
    try:
        module.__path__  # noqa: B018 - whatever is asked of it loads it
    except BaseException:
        # As after any import that was interrupted: the next one begins anew.
        del sys.modules[NAME], vars(sys.modules["torch"])["_dynamo"]
        raise
    return module
