# aim = "Right values with no gradient, or with one that was made up"
# points = {bump = 1}
# real = "in process values"

# %% bump_answer
class Shifted(torch.autograd.Function):
    @staticmethod
    def forward(ctx, v):
        return v * torch.sin(v)

    @staticmethod
    def backward(ctx, given):
        return given * 0 + 1

def bump(v):
    return Shifted.apply(v)
