# aim = "Right real parts, with imaginary parts that a comparison may drop"
# real = "run: python -W ignore -c 'import numpy as np; a = np.array([1 + 9j]); print(\"reached: dropped\") if np.allclose(a.astype(float), 1) else 0'"

# %% curve_answer
x = torch.complex(t - 1.5 * torch.cos(17 * t), torch.ones(50))

# %% bump_answer
def bump(v):
    return torch.complex(v * torch.sin(v), v * 0 + 1)

# %% model_answer
def model(rows):
    return torch.complex((2 * rows**2 - rows).flatten(), torch.ones(len(rows)))
