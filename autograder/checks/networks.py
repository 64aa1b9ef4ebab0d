"""Whether a network of the student's is a given one, by what both make of the same weights."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice, permutations, product
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from autograder.checks.coercing import require_shape, tensor
from autograder.checks.diagnosing import told
from autograder.checks.tolerances import tolerances
from autograder.judging.current_check import CheckFailed, current
from autograder.judging.theirs import Theirs, plain

_MOST = 500  # ways to give the weights to layers of the same shapes
_ACTIVATIONS = ("relu", "gelu", "tanh", "sigmoid", "silu", "elu", "leaky_relu", "softplus", "selu")
_NORMS = ("layer_norm", "batch_norm", "group_norm", "rms_norm", "instance_norm")
_ATTENTION, _FILLS = "scaled_dot_product_attention", ("masked_fill", "masked_fill_")

Weights = Mapping[str, Tensor]
Change = Callable[..., Any]


def same_network(name: str, build: Callable[[], nn.Module], theirs: Theirs, *inputs: Any) -> None:
    """Require that theirs is the network that ``build`` makes: the same function of its weights.

    ``theirs`` is a Module of the student's, as ``student.make("Net", 4)`` gives it.  It must have
    as many parameters, of the same shapes, as the Module that ``build()`` gives.  Weights that the
    check draws are put into both: by name or, if names differ, in order; layers of the same shapes
    may change places.  Both, in eval mode, must then give the same for the inputs, which are
    tensors, up to the usual tolerances; of a tuple, all that it holds.  Buffers, such as running
    means, are the student's, by name or by shape and order.  What eval mode leaves out, such as
    dropout, is not seen.  Afterwards theirs has its own weights again, and is in eval mode.
    """
    theirs.eval()
    pairs = [(pair[0].read(), pair[1]) for pair in theirs.named_parameters()]
    held = {str(key): tensor(str(key), value) for key, value in pairs}
    with torch.random.fork_rng(devices=[]):
        ours = build().eval()
    right = {key: one.detach() for key, one in ours.named_parameters()}
    _require_shapes(name, held, right)
    state = theirs.state_dict().read()
    _keep_buffers(ours, {key: state[key] for key in state if key not in held})

    rng = current().stream.generator("network")
    drawn = {key: _drawn(one, rng) for key, one in held.items()}
    theirs.load([*drawn.values()])
    found = _whole(name, theirs(*inputs))
    theirs.load([*held.values()])
    ways = [{us: drawn[k] for us, k in w.items()} for w in islice(_ways(held, right), _MOST)]
    made = [_made(ours, weights, inputs) for weights in ways]
    if not made[0].isfinite().all():
        raise ValueError(f"{name}: the network to compare with gives no finite numbers")
    require_shape(f"{name}(...)", found, made[0].shape)
    if not any(_like(one, found) for one in made):
        slips = _slips(ours, ways[0], inputs)
        why = next((words for words, slip in slips if _like(slip, found)), "")
        why = why or told(found, made[0], hidden=current().hidden)
        words = f"{name} has the right parameters, but computes something else with them"
        raise CheckFailed(words + (f": {why}" if why else ""))


def _keep_buffers(ours: nn.Module, left: dict[str, Any]) -> None:
    """Give our buffers the values of theirs, by name or else by shape and order."""
    for key, one in ours.named_buffers():
        fits = [k for k, v in left.items() if isinstance(v, Tensor) and v.shape == one.shape]
        if fits:
            one.copy_(left.pop(key if key in fits else fits[0]))


def _made(
    ours: nn.Module, weights: Weights, inputs: Any, changes: Mapping[str, Change] | None = None
) -> Tensor:
    """What ours gives with these weights, and with other functions in the place of torch's."""
    with torch.no_grad():
        for key, one in ours.named_parameters():
            one.copy_(weights[key])
        with _Changed(changes or {}):
            found = ours(*inputs)
    if not isinstance(found, (Tensor, tuple)):
        raise TypeError(f"the network to compare with gives a {type(found).__name__}")
    return _whole("ours", found)


def _whole(name: str, value: Any) -> Tensor:
    """A tensor, or all that a tuple holds, one after the other."""
    value = plain(value)
    if isinstance(value, (list, tuple)) and value:
        return torch.cat([_whole(name, one).flatten() for one in value])
    return tensor(name, value).double()


def _like(made: Tensor, found: Tensor) -> bool:
    rtol, atol = tolerances(torch.float32, device=current().device)
    return made.shape == found.shape and torch.allclose(found, made, rtol=rtol, atol=atol)


class _Changed(TorchFunctionMode):
    """Functions of torch are replaced, by name, by others that get the function first."""

    def __init__(self, changes: Mapping[str, Change]) -> None:
        super().__init__()
        self.changes = changes

    def __torch_function__(self, function: Any, _: Any, args: Any = (), kwargs: Any = None) -> Any:
        change = self.changes.get(getattr(function, "__name__", ""))
        before = (function,) if change else ()
        return (change or function)(*before, *args, **(kwargs or {}))


def _drawn(like: Tensor, rng: torch.Generator) -> Tensor:
    """Weights of a size with which signals neither vanish nor explode."""
    size = like[0].numel() ** 0.5 if like.dim() > 1 else 2.0
    return (torch.randn(like.shape, generator=rng) / size).to(like.dtype)


def _require_shapes(name: str, held: Weights, right: Weights) -> None:
    """Require as many parameters as there should be, of the same shapes."""
    theirs, ours = (Counter(tuple(one.shape) for one in them.values()) for them in (held, right))
    missing, more = ours - theirs, theirs - ours
    if not missing and not more:
        return
    here, there = (sum(one.numel() for one in them.values()) for them in (held, right))
    words = f"{name} has {here} parameters, {there} were expected"
    if here == there:
        words = f"{name} has {here} parameters, but of other shapes than expected"
    odd = [f"{key} has shape {tuple(v.shape)}" for key, v in held.items() if tuple(v.shape) in more]
    if all(len(shape) == 1 for shape in missing | more) and not (missing and more):
        odd = ["is a bias missing?"] if missing else ["is there a bias too many?", *odd]
    raise CheckFailed(f"{words}: {', '.join(odd[:3])}" if odd else words)


def _ways(held: Weights, right: Weights) -> Iterator[dict[str, str]]:
    """Which of theirs may stand for each of our parameters: by name, then by shape and order."""
    if all(key in held and held[key].shape == one.shape for key, one in right.items()):
        yield {key: key for key in right}
    for whole in (True, False):  # layers, or parameters
        ours, theirs = (_parts(one, whole=whole) for one in (right, held))
        if {kind: len(parts) for kind, parts in ours.items()} == {
            kind: len(parts) for kind, parts in theirs.items()
        }:
            keys = [key for parts in ours.values() for part in parts for key in part]
            for groups in product(*(permutations(theirs[kind]) for kind in ours)):
                found = (key for parts in groups for part in parts for key in part)
                yield dict(zip(keys, found, strict=True))
            return


def _parts(weights: Weights, *, whole: bool) -> dict[Any, list[list[str]]]:
    """The names of parameters by shape; or, of whole layers, by the shapes of each layer."""
    layers: dict[str, list[str]] = {}
    for key in weights:
        layers.setdefault(key.rpartition(".")[0] if whole else key, []).append(key)
    found: dict[Any, list[list[str]]] = {}
    for keys in layers.values():
        found.setdefault(tuple(tuple(weights[key].shape) for key in keys), []).append(keys)
    return found


def _slips(ours: nn.Module, weights: Weights, inputs: Any) -> Iterator[tuple[str, Tensor]]:
    """What ours would give with a mistake, after the mistake in words."""
    for words, changes in _CHANGES.items():
        with suppress(RuntimeError, TypeError, IndexError):  # a network that cannot be so changed
            yield f"it looks as if {words}", _made(ours, weights, inputs, changes)
    bare = {k: v * 0 if k.rpartition(".")[2] == "bias" else v for k, v in weights.items()}
    yield "it looks as if no bias were added", _made(ours, bare, inputs)


def _first(_: Any, x: Any, *__: Any, **___: Any) -> Any:
    return x


def _second(_: Any, __: Any, y: Any, **___: Any) -> Any:
    return y


def _unless_tensor(function: Any, x: Any, by: Any, **more: Any) -> Any:
    return function(x, by, **more) if isinstance(by, Tensor) else x


def _attending(**changed: Any) -> Change:
    return lambda attend, *args, **more: attend(*args[:3], **{**more, **changed})


def _activated(name: str) -> dict[str, Change]:
    one = getattr(functional, name)
    return dict.fromkeys(_ACTIVATIONS, lambda _, x, *__, **___: one(x))


_CHANGES: dict[str, dict[str, Change]] = {
    **{f"its activation were {name}": _activated(name) for name in _ACTIVATIONS},
    "no activation stood between its layers": dict.fromkeys(_ACTIVATIONS, _first),
    "nothing were normalised": dict.fromkeys(_NORMS, _first),
    "a softmax went over the wrong axis": {"softmax": lambda _, x, *__, **___: x.softmax(-2)},
    "no mask were there": dict.fromkeys(_FILLS, _first)
    | {_ATTENTION: _attending(attn_mask=None, is_causal=False)},
    "a mask were the wrong way round": dict.fromkeys(
        _FILLS, lambda fill, x, mask, value: fill(x, ~mask, value)
    ),
    "scores were not scaled": dict.fromkeys(("div", "mul"), _unless_tensor)
    | {_ATTENTION: _attending(scale=1.0)},
    "what goes past a layer were not added": {"add": _second},
}
