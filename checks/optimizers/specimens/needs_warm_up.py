# title = "Right, but for a run without warm-up, and for limits that are quietly taken"
# student = "wim"
# ending = "finished"
# [points]
# sgd = 0
# adam = 0
# adamw = 0
# schedule = 2
# clipping = 2.5
# race = 0

# %% schedule_answer
class WarmupCosine:
    def __init__(self, optimizer, warmup, total, floor=0.0):
        self.optimizer, self.peak, self.floor = optimizer, optimizer.lr, floor
        self.warmup, self.total, self.count = warmup, total, 0
        self.slope = self.peak / warmup

    def rate(self, step):
        if step < self.warmup:
            return self.slope * (step + 1)
        if step >= self.total:
            return self.floor
        angle = math.pi * (step - self.warmup) / (self.total - self.warmup)
        return self.floor + 0.5 * (self.peak - self.floor) * (1 + math.cos(angle))

    def step(self):
        self.optimizer.lr = self.rate(self.count)
        self.count += 1

# %% clipping_answer
def clip_gradients(parameters, limit):
    if not limit > 0:
        return None
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = torch.stack([g.norm() for g in gradients]).norm()
    if norm > limit:
        for g in gradients:
            g.mul_(limit / norm)
    return norm
