# title = "One exercise by maximum, the other with a mean for a sum"
# student = "finn"
# ending = "finished"
# [points]
# leaky = 2
# gate = 0

# %% leaky_answer
def leaky(x):
    return torch.maximum(x, SLOPE * x)


# %% gate_answer
class Gate:
    def __init__(self, weight):
        self.weight = weight

    def __call__(self, x):
        return (self.weight * leaky(x)).mean()
