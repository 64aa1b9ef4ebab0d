"""Wrong answers of which the fault is known: right ones of typical exercises, spoiled.

FAMILIES            right answers of exercises, each with the faults that only it can have
FAULTS              faults that any answer can have
STRANGE             wrong answers that no single fault explains: naming one is always a mistake
cases(seed)         all of it: (exercise, fault, answer, right answer)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import pi

import torch
from torch import Tensor

Fault = Callable[[Tensor, torch.Generator], Tensor | None]


@dataclass(frozen=True, slots=True)
class Exercise:
    """A right answer, and wrong ones by the name of their fault."""

    name: str
    right: Tensor
    wrong: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """An answer, the right one, and what is wrong: all faults that give this very answer."""

    exercise: str
    faults: frozenset[str]
    answer: Tensor
    right: Tensor


def cases(seed: int) -> Iterator[Case]:
    """All cases of one seed: every fault on every exercise that can have it."""
    rng = torch.Generator().manual_seed(seed)
    families = [list(make(rng)) for make in FAMILIES]
    more = [one for _ in range(10) for make in FAMILIES for one in make(rng) if one.wrong]
    pairs = [(one, family) for family in families for one in family]
    for one, family in [*pairs, *((x, []) for x in more)]:
        right = one.right if one.right.dtype == torch.float64 else one.right.float()
        others = [x.right for other in families if other is not family for x in other]
        wrong = spoiled(one, others, rng) if family else one.wrong.items()
        answers = {name: rounded(made, right, rng) for name, made in wrong}
        answers = {name: made for name, made in answers.items() if differs(made, right)}
        for name, answer in answers.items():
            alike = [n for n, other in answers.items() if not differs(answer, other)]
            if name == alike[0]:
                yield Case(one.name, frozenset(n.split(":")[0] for n in alike), answer, right)


def spoiled(
    one: Exercise, others: list[Tensor], rng: torch.Generator
) -> Iterator[tuple[str, Tensor]]:
    """All wrong answers to an exercise, with the names of their faults."""
    yield from one.wrong.items()
    right = one.right.double()
    for name, fault in [*FAULTS.items(), *STRANGE.items()]:
        made = fault(right, rng) if right.dim() or name in OF_NUMBERS else None
        if made is not None and name not in one.wrong:
            yield (f"strange: {name}" if name in STRANGE else name), made
    for index in torch.randint(0, len(others), (8,), generator=rng).tolist():
        other = others[index].flatten().double()
        if other.numel() >= right.numel():
            yield f"strange: another {index}", other[: right.numel()].reshape(right.shape)


def rounded(answer: Tensor, right: Tensor, rng: torch.Generator) -> Tensor:
    """The answer as another way of computing it would give it."""
    if not answer.is_floating_point():
        return answer
    eps = 3e-7 if right.dtype == torch.float32 else 1e-15
    noise = 1 + eps * torch.randn(answer.shape, generator=rng, dtype=torch.float64)
    return (answer.double() * noise).to(right.dtype)


def differs(answer: Tensor, right: Tensor) -> bool:
    """Whether the fault changed anything."""
    if answer.shape != right.shape:
        return True
    apart = (answer.double() - right.double()).norm()
    return bool(apart > 4e-6 * right.double().norm()) and bool(answer.isfinite().all())


def normal(rng: torch.Generator, *shape: int) -> Tensor:
    """Normal numbers in float64."""
    return torch.randn(shape, generator=rng, dtype=torch.float64)


def some(rng: torch.Generator, low: int, high: int) -> int:
    """A whole number, low and high included."""
    return int(torch.randint(low, high + 1, (), generator=rng))


def uniform(rng: torch.Generator, low: float, high: float) -> float:
    """A number between two."""
    return low + (high - low) * float(torch.rand((), generator=rng, dtype=torch.float64))


def curves(rng: torch.Generator) -> Iterator[Exercise]:
    """Functions of one variable, on a grid or at random places."""
    n, w, amplitude = some(rng, 30, 400), uniform(rng, 1, 20), uniform(rng, 0.5, 3)
    for kind in ("grid", "random"):
        t = torch.linspace(-10, 10, n).double() if kind == "grid" else 10 * normal(rng, n)
        cosine, sine = torch.cos(w * t), torch.sin(w * t)
        yield Exercise(f"cosine, {kind}", cosine, {"sine": sine})
        yield Exercise(
            f"sine, {kind}",
            amplitude * sine,
            {"sine": amplitude * cosine, "strange: other frequency": torch.sin((w + 0.5) * t)},
        )
        if kind == "grid":
            yield Exercise("curve", t - 1.5 * cosine, {"sine": t - 1.5 * sine})
            yield Exercise("damped", torch.exp(-t / 20) * cosine + t)
        x = t.abs() + 0.1
        yield Exercise(f"log2, {kind}", x.log2(), {"log base": x.log(), "exponent": x.log2() ** 2})
        yield Exercise(f"log10, {kind}", x.log10(), {"log base": x.log()})
        yield Exercise(f"log, {kind}", x.log(), {"log base": x.log2()})
        yield Exercise(f"power, {kind}", x**2, {"no square": x, "strange: cube": x**3})
        yield Exercise(f"root, {kind}", x.sqrt(), {"no root": x})
        yield Exercise(f"bell, {kind}", (-(t**2) / 8).exp(), {"log": -(t**2) / 8})
        yield Exercise(f"angle, {kind}", torch.atan(t), {"degrees": torch.atan(t) * 180 / pi})
        yield Exercise(f"polynomial, {kind}", 0.1 * t**3 - t + 2)


def classifiers(rng: torch.Generator) -> Iterator[Exercise]:
    """Scores, shares and labels of some rows."""
    for n, c in ((some(rng, 4, 60), some(rng, 3, 10)), (6, 6)):
        z = 2 * normal(rng, n, c)
        p, label = z.softmax(1), z.argmax(1)
        yield Exercise(
            f"softmax ({n}, {c})",
            p,
            {
                "softmax axis": z.softmax(0),
                "no division": z.exp(),
                "no softmax": z,
                "softmax twice": p.softmax(1),
                "log": z.log_softmax(1),
                "softmax over all": z.flatten().softmax(0).reshape(n, c),
            },
        )
        yield Exercise(
            f"log-softmax ({n}, {c})",
            z.log_softmax(1),
            {"softmax axis": z.log_softmax(0), "exp": p, "no softmax": z},
        )
        yield Exercise(f"labels ({n}, {c})", label, {"strange: other": (-z).argmax(1)})
        one_hot = torch.nn.functional.one_hot(label, c).double()
        yield Exercise(f"softmax gradient ({n}, {c})", (p - one_hot) / n, {"N": p - one_hot})
        yield Exercise(f"entropy ({n}, {c})", -(p * p.log()).sum(1), {"sign": (p * p.log()).sum(1)})


def losses(rng: torch.Generator) -> Iterator[Exercise]:
    """One number for each row, and what becomes of them."""
    n = some(rng, 8, 90)
    y, guess = 3 * normal(rng, n), 3 * normal(rng, n)
    apart = guess - y
    table = guess[:, None] - y
    yield Exercise("residuals", apart, {"table": table, "sign": -apart, "square": apart**2})
    yield Exercise(
        "squared errors", apart**2, {"no square": apart, "root": apart.abs(), "table": table**2}
    )
    yield Exercise("absolute errors", apart.abs(), {"no abs": apart, "square": apart**2})
    yield Exercise("distances as a column", (apart**2)[:, None], {"table": table**2})
    yield Exercise(
        "hinge", (1 - guess).relu(), {"no relu": 1 - guess, "strange: sign": (1 + guess).relu()}
    )


def linear_models(rng: torch.Generator) -> Iterator[Exercise]:
    """Predictions, and gradients of the mean squared error."""
    n, f, k = some(rng, 10, 80), some(rng, 3, 9), some(rng, 2, 6)
    x, weights = normal(rng, n, f), normal(rng, f, k)
    y, z = normal(rng, n, k), x @ weights
    yield Exercise("prediction", z[:, 0] + 1.3, {"shift": z[:, 0], "strange: row": z[:, 1]})
    yield Exercise("probability", z[:, 0].sigmoid(), {"no sigmoid": z[:, 0]})
    yield Exercise("logits", z, {"sigmoid": z.sigmoid(), "transposed": z.T})
    yield Exercise("hidden units", z.tanh(), {"no tanh": z})
    yield Exercise("relu units", z.relu(), {"no relu": z, "strange: leak": z.relu() + 0.1 * z})
    full = 2 / (n * k) * x.T @ (z - y)
    yield Exercise("weights' gradient", full, {"N": n * full, "strange: y": x.T @ y})
    flat = 2 / n * x.T @ (z - y)[:, 0]
    yield Exercise("one output's gradient", flat, {"N": n * flat, "factor": flat / 2 * 3.1})
    yield Exercise("bias's gradient", 2 / n * (z - y).sum(0), {"N": 2 * (z - y).sum(0)})
    yield Exercise("learned weights", torch.linalg.lstsq(x, y).solution)


def features(rng: torch.Generator) -> Iterator[Exercise]:
    """Tables that are scaled, and statistics of tables."""
    n, f = some(rng, 12, 90), some(rng, 3, 9)
    x = normal(rng, n, f) * (1 + torch.arange(f)) + 5 * torch.arange(f)
    centred, spread = x - x.mean(0), x.std(0, correction=0)
    yield Exercise(
        "standardised",
        centred / spread,
        {
            "sample": centred / x.std(0),
            "no standardisation": x,
            "only centred": centred,
            "strange: axis": (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True),
        },
    )
    yield Exercise("centred", centred, {"no centring": x})
    yield Exercise(
        "means", x.mean(0), {"axis": x.mean(1), "N": x.sum(0), "not reduced": x, "all": x.mean()}
    )
    yield Exercise("sums", x.sum(1), {"axis": x.sum(0), "1/N": x.mean(1), "not reduced": x})
    yield Exercise("deviations", spread, {"sample": x.std(0), "square": spread**2})
    yield Exercise("variances", spread**2, {"sample": x.var(0), "no square": spread})
    yield Exercise("shares", x.abs() / x.abs().sum(0), {"no division": x.abs()})
    yield Exercise("features", x)
    yield Exercise("float64 features", x.double() / 7)


def vectors(rng: torch.Generator) -> Iterator[Exercise]:
    """Sequences of numbers of many distributions."""
    n = some(rng, 5, 120)
    steps, price = normal(rng, n), torch.rand(n, generator=rng).double()
    yield Exercise("walk", steps.cumsum(0), {"no running sum": steps})
    yield Exercise("steps", steps, {"running sum": steps.cumsum(0)})
    yield Exercise("shares of one", price / price.sum(), {"no division": price})
    yield Exercise("softmax of one", steps.softmax(0), {"no softmax": steps})
    yield Exercise("large offset", 100 + price)
    yield Exercise("heavy tail", normal(rng, n) ** 3)
    yield Exercise("counts", torch.randint(0, 50, (n,), generator=rng))
    yield Exercise("few labels", torch.randint(0, 3, (n,), generator=rng))
    yield Exercise("mask", torch.randint(0, 2, (n,), generator=rng))
    yield Exercise("three numbers", normal(rng, 3))
    yield Exercise("two numbers", normal(rng, 2))
    for shape in ((3,), (5,), (2, 3), (3, 3)):
        small = torch.randint(0, 5, shape, generator=rng).double()
        other = torch.randint(0, 5, shape, generator=rng)
        yield Exercise(f"by hand {shape}", small, {"strange: other": other.double()})
        yield Exercise(f"in order {shape}", torch.arange(1.0, 1 + small.numel()).reshape(shape))
    yield Exercise(
        "returns", steps.flip(0).cumsum(0).flip(0), {"strange: flipped": steps.cumsum(0).flip(0)}
    )


def tables(rng: torch.Generator) -> Iterator[Exercise]:
    """Matrices, images, sequences of vectors."""
    n, m = some(rng, 4, 12), some(rng, 13, 20)
    x, y = normal(rng, n, 4), normal(rng, m, 4)
    yield Exercise("distances", torch.cdist(x, y), {"square": torch.cdist(x, y) ** 2})
    yield Exercise("product", x @ y.T)
    yield Exercise("square matrix", normal(rng, n, n))
    yield Exercise("gram matrix", x @ x.T)
    yield Exercise("images", normal(rng, 3, 2, 5, 4))
    yield Exercise("attention", normal(rng, 2, n, n).softmax(-1))
    yield Exercise("batch of vectors", normal(rng, 2, n, 3))
    yield Exercise("cubic batch", normal(rng, 4, 4, 4))


def scalars(rng: torch.Generator) -> Iterator[Exercise]:
    """Losses, scores and other single numbers."""
    n, c = some(rng, 20, 300), some(rng, 3, 10)
    y, guess = normal(rng, n), normal(rng, n)
    square = ((y - guess) ** 2).mean()
    z, label = normal(rng, n, c), torch.randint(0, c, (n,), generator=rng)
    entropy = torch.nn.functional.cross_entropy(z, label)
    unlike = {"strange: other": (y - guess).abs().mean(), "strange: table": y.square().mean() + 1}
    yield Exercise("mean squared error", square, {"N": n * square, **unlike})
    yield Exercise("summed squares", n * square, {"1/N": square})
    yield Exercise("root mean square", square.sqrt(), {"square": square})
    yield Exercise(
        "cross-entropy",
        entropy,
        {"N": n * entropy, "sign": -entropy, "log base": entropy / torch.tensor(2.0).log()},
    )
    right = int((z.argmax(1) == label).sum())
    for wrong in (right + 1, 2 * right, right // 2 or 7, n - right):
        accuracy = torch.tensor(right / n, dtype=torch.float64)
        other = torch.tensor(wrong / n, dtype=torch.float64)
        yield Exercise("accuracy", accuracy, {"strange: count": other})
        yield Exercise("accuracy in percent", 100 * accuracy, {"strange: count": 100 * other})
    yield Exercise("likelihood", -entropy * n, {"sign": entropy * n})


def magnitudes(rng: torch.Generator) -> Iterator[Exercise]:
    """One, two and three numbers, from a thousandth to a million."""
    for power in range(-3, 7):
        for shape in ((), (), (2 + power % 2,)):
            values = 10.0**power * (1 + 8 * torch.rand(shape, generator=rng).double())
            right = values.float() if power % 3 else values
            yield Exercise(f"{shape} near 1e{power}", right)


FAMILIES = (
    curves, classifiers, losses, linear_models, features, vectors, tables, scalars, magnitudes,
)  # fmt: skip


def when(condition: object, made: Tensor) -> Tensor | None:
    """The answer, where the fault is possible at all."""
    return made if bool(condition) else None


def both_signs(e: Tensor) -> bool:
    """Whether some values lie well on either side of zero."""
    return int((e > 0).sum()) > 2 and int((e < 0).sum()) > 2


OF_NUMBERS = {"twice", "half", "sign", "factor", "N", "1/N", "k times", "degrees", "square", "root"}
OF_NUMBERS |= {"column", "zero", "whole", "noise", "positive noise", "bent", "labels", "ones"}
FAULTS: dict[str, Fault] = {
    "twice": lambda e, _: 2 * e,
    "half": lambda e, _: e / 2,
    "sign": lambda e, _: -e,
    "factor": lambda e, rng: e * uniform(rng, 0.05, 9.5),
    "N": lambda e, rng: e * some(rng, 3, 500),
    "1/N": lambda e, rng: e / some(rng, 3, 500),
    "k times": lambda e, rng: e * some(rng, 3, 9),
    "degrees": lambda e, _: e * pi / 180,
    "log base": lambda e, _: e * torch.tensor(10.0).double().log(),
    "shift": lambda e, rng: when(e.numel() > 2, e + uniform(rng, 0.1, 2) * (e.abs().max() + 0.1)),
    "transposed": lambda e, _: when(e.dim() > 1, e.transpose(0, -1)),
    "column": lambda e, _: e.unsqueeze(-1),
    "flat": lambda e, _: when(e.dim() > 1, e.flatten()),
    "one longer": lambda e, _: when(e.numel() > 3, torch.cat([e[:1] * 0 + 1, e])),
    "one shorter": lambda e, _: when(e.numel() > 3 and len(e) > 1, e[1:]),
    "one off": lambda e, _: when(len(e) > 3, e.roll(1, 0)),
    "one off at an edge": lambda e, _: when(len(e) > 4, torch.cat([e[1:], e[:1] * 0])),
    "reverse": lambda e, _: when(len(e) > 2, e.flip(0)),
    "shuffled": lambda e, rng: when(len(e) > 3, e[torch.randperm(len(e), generator=rng)]),
    "square": lambda e, _: e**2,
    "root": lambda e, _: when((e >= 0).all(), e.sqrt()),
    "abs": lambda e, _: when(both_signs(e), e.abs()),
    "relu": lambda e, _: when(both_signs(e), e.relu()),
    "clipped": lambda e, _: when(
        e.numel() > 8, e.clamp(e.min(), (e.mean() + e.std(correction=0) / 4))
    ),
    "zero": lambda e, _: when(e.any(), 0 * e),
    "whole": lambda e, _: when((e.round() != e).all(), e.trunc().long()),
    "sum": lambda e, _: e.sum(-1),
    "mean": lambda e, _: when(e.dim() > 1, e.mean(0)),
    "all": lambda e, _: e.mean(),
    "softmax": lambda e, _: when(e.dim() > 1, e.softmax(-1)),
    "sigmoid": lambda e, _: when(both_signs(e), e.sigmoid()),
    "exp": lambda e, _: when(e.max() < 5, e.exp()),
    "log": lambda e, _: when(e.min() > 0, e.log()),
    "tanh": lambda e, _: when(both_signs(e), e.tanh()),
    "reciprocal": lambda e, _: when(e.abs().min() > 0.01, 1 / e),
    "centring": lambda e, _: when(e.mean(0).abs().max() > 0.01, e - e.mean(0)),
    "standardisation": lambda e, _: when(
        e.std(0, correction=0).min() > 0.01,
        (e - e.mean(0)) / e.std(0, correction=0),
    ),
    "running sum": lambda e, _: when(len(e) > 3, e.cumsum(0)),
    "log-softmax": lambda e, _: when(e.dim() > 1, e.log_softmax(-1)),
    "division": lambda e, _: when(e.min() > 0, e / e.sum(0)),
    "signs": lambda e, rng: when(e.numel() > 5, e * torch.randn(e.shape, generator=rng).sign()),
    "precision": lambda e, rng: e * (1 + 2e-5 * normal(rng, *e.shape)),
    "unsummed": lambda e, rng: torch.stack([e * 0.3, e * 0.7 - 1, e * 0 + 1]),
}


def mixed(e: Tensor, rng: torch.Generator, share: float) -> Tensor:
    """Right in a share of the places, and noise of the same size in the others."""
    other = normal(rng, *e.shape) * e.std(correction=0) + e.mean()
    return torch.where(torch.rand(e.shape, generator=rng) < share, e, other)


STRANGE: dict[str, Fault] = {
    "noise": lambda e, rng: normal(rng, *e.shape),
    "positive noise": lambda e, rng: torch.rand(e.shape, generator=rng).double() * e.abs().max(),
    "alike": lambda e, rng: when(
        e.numel() > 1, normal(rng, *e.shape) * e.std(correction=0) + e.mean()
    ),
    "blurred": lambda e, rng: when(
        e.numel() > 1, e + 0.02 * e.std(correction=0) * normal(rng, *e.shape)
    ),
    "half right": lambda e, rng: when(e.numel() > 4, mixed(e, rng, 0.5)),
    "nearly right": lambda e, rng: when(e.numel() > 20, mixed(e, rng, 0.9)),
    "first half": lambda e, rng: when(
        e.numel() > 8, torch.cat([e[: len(e) // 2], mixed(e[len(e) // 2 :], rng, 0)])
    ),
    "one row": lambda e, rng: when(e.numel() > 8, torch.cat([e[1:2] * 0.7, e[1:]])),
    "factor and shift by place": lambda e, rng: when(
        e.numel() > 4, e * (1 + torch.rand(e.shape, generator=rng))
    ),
    "smooth": lambda e, _: when(e.numel() > 8, (e + e.roll(1, 0)) / 2),
    "constant": lambda e, _: when(e.numel() > 4 and e.mean(), e * 0 + e.mean()),
    "bent": lambda e, _: e + e.abs().max() * torch.sin(3 * e / (e.abs().max() + 1e-9)) / 9,
    "other length": lambda e, rng: normal(rng, len(e) + 3, *e.shape[1:]),
    "scalar": lambda e, rng: normal(rng),
    "labels": lambda e, rng: torch.randint(0, 10, e.shape, generator=rng),
    "ones": lambda e, _: e * 0 + 1,
}
