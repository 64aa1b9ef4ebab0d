"""Curves made of a straight line and a few waves, and which part of a wrong one is wrong.

c0 + c1 * s + the sum of a * cos(w * s) + b * sin(w * s),  for s from -1 to 1
"""

from dataclasses import dataclass
from math import hypot, pi

import torch
from torch import Tensor

from autograder.checks.similarity import fitted

_MOST = 3  # waves
_SAME = 2e-3  # of the size of the curve
_FINE = 16  # bins of a spectrum for each value
_ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Wave:
    """One of them, by its angular frequency."""

    frequency: float
    cosine: float
    sine: float

    @property
    def size(self) -> float:
        """Its amplitude."""
        return hypot(self.cosine, self.sine)


@dataclass(frozen=True, slots=True)
class Curve:
    """What a curve is made of, where these parts are all of it."""

    line: tuple[float, float]
    waves: tuple[Wave, ...]

    @property
    def size(self) -> float:
        """How large its parts are."""
        return max([abs(self.line[1]), *(wave.size for wave in self.waves)])


def curve_of(values: Tensor, inputs: Tensor, close: float) -> Curve | None:
    """The parts of a curve, None if it has others; values and inputs have shape (n,).

    `close` is the share of the spread that may be left over.
    """
    wide = float(inputs.max() - inputs.min())
    if not wide > 0:
        return None
    place = 2 * (inputs - inputs.min()) / wide - 1
    frequencies = torch.empty(0, dtype=torch.float64)
    for count in range(_MOST + 1):
        if count:
            frequencies = _refined(frequencies, values, place)
        found = fitted(_parts(place, frequencies), values)
        rest = values - _parts(place, frequencies) @ found
        if rest.norm() <= close * (values - values.mean()).norm():
            return _curve(found, frequencies)
        if len(values) < 4 * (5 + 3 * count):  # too few for the numbers of one wave more
            return None
        frequencies = torch.cat([frequencies, _loudest(rest, place)])
    return None


def _curve(found: Tensor, frequencies: Tensor) -> Curve | None:
    """The parts with these numbers, where each wave comes round once, and no two of them alike."""
    line, rest = found[:2].tolist(), found[2:].reshape(2, -1)
    waves = [Wave(*each) for each in zip(frequencies.tolist(), *rest.tolist(), strict=True)]
    apart = frequencies.sort().values.diff(prepend=torch.zeros(1, dtype=torch.float64))
    return (
        Curve((line[0], line[1]), tuple(waves))
        if (apart > pi / 2).all() and all(wave.frequency > pi for wave in waves)
        else None
    )


def _parts(place: Tensor, frequencies: Tensor) -> Tensor:
    angles = place[:, None] * frequencies
    line = torch.stack([torch.ones_like(place), place], dim=1)
    return torch.cat([line, angles.cos(), angles.sin()], dim=1)


def _loudest(rest: Tensor, place: Tensor) -> Tensor:
    """Roughly the frequency of the largest wave, however the places are spaced."""
    bins = _FINE * len(rest)
    sums = torch.zeros(bins, dtype=rest.dtype)
    sums.index_add_(0, ((place + 1) / 2 * (bins - 1)).round().long(), rest - rest.mean())
    loud = torch.fft.rfft(sums, n=4 * bins).abs()[: bins // 2]
    # On a grid the same comes again, up to rounding, at frequencies that are too high for it.
    loud = loud * torch.linspace(1, 0.9, len(loud), dtype=rest.dtype)
    found: Tensor = loud.argmax().reshape(1) * (pi * (bins - 1) / (4 * bins))
    return found.double()


def _refined(frequencies: Tensor, values: Tensor, place: Tensor) -> Tensor:
    """The frequencies that explain most, by the method of Gauss and Newton."""
    for _ in range(_ROUNDS):
        parts, count = _parts(place, frequencies), len(frequencies)
        # A little more of a frequency adds a wave times the place.
        found = fitted(torch.cat([parts, place[:, None] * parts[:, 2:]], dim=1), values)
        cosine, sine, along_cosine, along_sine = found[2:].reshape(4, count)
        size = (cosine**2 + sine**2).clamp_min(1e-300)
        step = ((sine * along_cosine - cosine * along_sine) / size).clamp(-1, 1)
        frequencies = frequencies + step
        if step.abs().max() < 1e-9 * frequencies.abs().max():
            break
    return frequencies


def wrong_part(actual: Curve, expected: Curve) -> str:
    """Which part of a curve is not that of the right one, or an empty string."""
    room = _SAME * max(actual.size, expected.size)
    apart = [one - other for one, other in zip(actual.line, expected.line, strict=True)]
    lines = max(map(abs, apart)) > room
    if lines and abs(apart[1]) <= room:
        return ""  # a shift, and something else
    pairs, missing, more = _paired(actual, expected, room)
    wrong = {_change(one, other, room) for one, other in pairs} - {""}
    match len(missing), len(more), len(wrong):
        case 0, 0, 1 if not lines:
            return wrong.pop()
        case 1, 1, 0 if not lines:
            alike = abs(missing[0].size - more[0].size) <= room
            return "frequency" if alike else "frequency and amplitude"
        case 1, 0, 0 if not lines:
            return "no wave"
        case 0, 1, 0 if not lines:
            return "a wave"
        case 0, 0, changed if changed:
            return "numbers"
    return ""


def _paired(
    actual: Curve, expected: Curve, room: float
) -> tuple[list[tuple[Wave, Wave]], list[Wave], list[Wave]]:
    """The waves of both that have the same frequency, those missing and those too many."""
    pairs, missing, more = list[tuple[Wave, Wave]](), list[Wave](), list(actual.waves)
    for wave in expected.waves:
        same = [
            one for one in more
            if abs(one.frequency - wave.frequency) * max(one.size, wave.size) <= room
        ]  # fmt: skip
        if same:
            pairs.append((same[0], wave))
            more.remove(same[0])
        else:
            missing.append(wave)
    return pairs, missing, more


def _change(actual: Wave, expected: Wave, room: float) -> str:
    """How a wave of the right frequency differs."""

    def turned(cosine: float, sine: float) -> float:
        return hypot(actual.cosine - cosine, actual.sine - sine)

    c, s = expected.cosine, expected.sine
    if turned(c, s) <= room:
        return ""
    if turned(-c, -s) <= room:
        return "wave's sign"
    if min(turned(s, -c), turned(-s, c)) <= room:
        return "quarter turn"
    if abs(actual.size - expected.size) <= room:
        return "phase"
    along = abs(actual.cosine * s - actual.sine * c) <= room * expected.size
    return "amplitude" if along and actual.cosine * c + actual.sine * s > 0 else "numbers"
