# aim = "A tensor of a million million elements that takes four bytes"
# honest = ["model"]
# points = {model = 3}
# real = "cannot be shown: a judge that copies it is out of memory, which no test should try"

# %% curve_answer
x = torch.zeros(1).expand(10**12)

# %% bump_answer
def bump(v):
    return torch.zeros(1).expand(len(v), 10**12)
