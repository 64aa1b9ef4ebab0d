"""How far two right answers may lie apart.

    dtype      on the CPU         on CUDA            why
    float64    1e-7,   1e-7       1e-6,   1e-6       torch.testing's own; sums in any order
    float32    1e-4,   1e-5       1e-3,   1e-4       honest ways of writing a formula differ by 1e-5
    float16    1e-2,   1e-2       1e-2,   1e-2       ten bits of mantissa, fewer in sums
    bfloat16   5e-2,   1e-1       5e-2,   1e-1       seven bits of mantissa, the same
    others     0,      0          0,      0          whole numbers and booleans are exact

The columns hold (rtol, atol): right is |actual - expected| <= atol + rtol * |expected|.
Of two dtypes the coarser one counts, and complex numbers count as their parts.
"""

import torch

_TABLE: dict[torch.dtype, tuple[tuple[float, float], tuple[float, float]]] = {
    torch.bfloat16: ((5e-2, 1e-1), (5e-2, 1e-1)),
    torch.float16: ((1e-2, 1e-2), (1e-2, 1e-2)),
    torch.float32: ((1e-4, 1e-5), (1e-3, 1e-4)),
    torch.float64: ((1e-7, 1e-7), (1e-6, 1e-6)),
}
_PARTS = {torch.complex64: torch.float32, torch.complex128: torch.float64}


def tolerances(
    *dtypes: torch.dtype, device: str = "cpu", rtol: float | None = None, atol: float | None = None
) -> tuple[float, float]:
    """The relative and absolute tolerance for values of these dtypes: as given, or as above."""
    column = 1 if device.startswith("cuda") else 0
    parts = {_PARTS.get(dtype, dtype) for dtype in dtypes}
    rows = (pairs[column] for dtype, pairs in _TABLE.items() if dtype in parts)
    usual = next(rows, (0.0, 0.0))
    return (usual[0] if rtol is None else rtol, usual[1] if atol is None else atol)
