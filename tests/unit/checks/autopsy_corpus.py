"""Wrong answers of which the fault is known: right ones of typical exercises, spoiled.

FAMILIES            right answers of exercises, each with the faults that only it can have
cases(seed)         all of it: (exercise, fault, answer, right answer)
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import pi

import torch
from autopsy_faults import FAULTS, OF_NUMBERS, STRANGE, normal, some, uniform
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Exercise:
    """A right answer, and wrong ones by the name of their fault."""

    name: str
    right: Tensor
    wrong: dict[str, Tensor] = field(default_factory=dict)
    inputs: tuple[Tensor, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """An answer, the right one, and what is wrong: all faults that give this very answer."""

    exercise: str
    faults: frozenset[str]
    answer: Tensor
    right: Tensor
    inputs: tuple[Tensor, ...]


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
                faults = frozenset(n.split(":")[0] for n in alike)
                yield Case(one.name, faults, answer, right, one.inputs)


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
            {"sine": amplitude * cosine},
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


def formulas(rng: torch.Generator) -> Iterator[Exercise]:
    """Curves and layers of several parts, each of which can be wrong or forgotten."""
    n, w, v = some(rng, 100, 600), uniform(rng, 8, 20), uniform(rng, 2, 6)
    size, phase, more = uniform(rng, 0.5, 3), uniform(rng, 0.3, 1.2), uniform(rng, 1.2, 2)
    for kind in ("grid", "random"):
        grid = torch.linspace(-6, 6, n).double()
        t = grid if kind == "grid" else 12 * torch.rand(n, generator=rng).double() - 6

        def wave(by: float = 1, to: float = 0, w: float = w, t: Tensor = t) -> Tensor:
            return size * torch.cos(by * w * t + to)

        slow = torch.sin(v * t)
        for name, rest in {"line and wave": 2 * t, "wave": 0 * t, "two waves": slow - t}.items():
            parts = {
                "frequency": wave(more) + rest,
                "frequency and amplitude": more * wave(more) + rest,
                ("amplitude" if rest.any() else "factor"): more * wave() + rest,
                ("wave sign" if rest.any() else "sign"): rest - wave(),
                "phase": wave(to=phase) + rest,
                "sine": wave(to=pi / 2) + rest,
                "a wave": wave() + rest + torch.sin((v + w) / 2 * t),
            }
            parts |= {"no wave": rest, "numbers": more * wave() - rest} if rest.any() else {}
            parts |= {"line": wave() + rest + more * t, "no line": wave()} if "line" in name else {}
            given = () if kind == "grid" else (t,)
            yield Exercise(f"{name}, {kind}", wave() + rest, parts, given)
        spiral = {"no factor": t.cos(), "factor too many": t * t * t.cos()}
        yield Exercise(f"spiral, {kind}", t * t.cos(), spiral, (t,))
    x = normal(rng, some(rng, 5, 40), some(rng, 3, 7))
    z, bias = x @ normal(rng, x.shape[1], 4), normal(rng, 4)
    yield Exercise(
        "affine layer", z + bias, {"row": z, "strange: bias": z + normal(rng, len(x), 4)}
    )
    yield Exercise("scaled rows", z * x[:, :1], {"row factor": z})
    yield Exercise("scaled columns", z * bias, {"row factor": z})
    yield Exercise("gated", x * x.sigmoid(), {"no factor": x.sigmoid()}, (x,))
    yield Exercise("residual block", x + x.flip(1).tanh(), {"line": x.flip(1).tanh()}, (x,))
    price = 20 + 9 * normal(rng, some(rng, 20, 90))
    scaled = (price - 21) / 8
    yield Exercise("prices", price, {"other scale": scaled, "strange: own": price**2 / 20})


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
    curves, formulas, classifiers, losses, linear_models, features, vectors, tables, scalars,
    magnitudes,
)  # fmt: skip
