# aim = "Integers, booleans and halves, to which values are rounded before they are compared"
# real = "cannot be shown: it depends on which side a comparison casts"

# %% curve_answer
x = (t - 1.5 * torch.cos(17 * t)).to(torch.int8)

# %% bump_answer
def bump(v):
    return (v * torch.sin(v)) > 0

# %% model_answer
def model(rows):
    return (2 * rows**2 - rows).flatten().to(torch.float8_e4m3fn)
