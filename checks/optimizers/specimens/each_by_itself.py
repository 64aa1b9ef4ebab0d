# title = "Each gradient is clipped by itself"
# student = "ina"
# ending = "finished"
# [points]
# sgd = 0
# adam = 0
# adamw = 0
# schedule = 0
# clipping = 0
# race = 0

# %% clipping_answer
def clip_gradients(parameters, limit):
    if limit <= 0:
        raise ValueError("positive, please")
    for p in parameters:
        if p.grad is not None:
            norm = p.grad.norm()
            if norm > limit:
                p.grad *= limit / norm
    return norm
