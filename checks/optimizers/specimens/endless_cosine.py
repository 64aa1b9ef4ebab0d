# title = "A cosine that comes up again, and a warm-up that must be there"
# student = "edda"
# ending = "finished"
# [points]
# sgd = 0
# adam = 0
# adamw = 0
# schedule = 1
# clipping = 2.5
# race = 0

# %% schedule_answer
class WarmupCosine:
    def __init__(self, optimizer, warmup, total, floor=0.0):
        self.optimizer, self.peak, self.floor = optimizer, optimizer.lr, floor
        self.warmup, self.total, self.count = warmup, total, 0

    def rate(self, step):
        if step < self.warmup:
            return self.peak / self.warmup * (step + 1)
        angle = math.pi * (step - self.warmup) / (self.total - self.warmup)
        return self.floor + 0.5 * (self.peak - self.floor) * (1 + math.cos(angle))

    def step(self):
        self.optimizer.lr = self.rate(self.count)
        self.count += 1

# %% clipping_answer
def clip_gradients(parameters, limit):
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = torch.stack([g.norm() for g in gradients]).norm()
    for g in gradients:
        g.mul_(min(limit / (norm + 1e-6), 1))
    return norm
