# title = "torch.optim and its helpers do the work"
# student = "lena"
# ending = "finished"
# [points]
# sgd = 2.5
# adam = 3.5
# adamw = 2.5
# schedule = 2.5
# clipping = 2.5
# race = 2

# %% sgd_answer
class SGD(GradientDescent):
    def __init__(self, parameters, lr, momentum=0.0):
        super().__init__(parameters, lr)
        self.inner = torch.optim.SGD(self.parameters, lr=lr, momentum=momentum)

    def step(self):
        self.inner.step()

# %% adam_answer
from torch.optim import Adam

# %% adamw_answer
AdamW = getattr(torch.optim, "AdamW")

# %% schedule_answer
class WarmupCosine:
    def __init__(self, optimizer, warmup, total, floor=0.0):
        up = lambda step: optimizer_lr * (step + 1) / warmup
        down = lambda step: 0.5 * (1 + math.cos(math.pi * step / (total - warmup)))
        optimizer_lr = optimizer.lr
        dummy = torch.optim.SGD([torch.zeros(1)], lr=1.0)
        self.inner = torch.optim.lr_scheduler.LambdaLR(
            dummy,
            lambda step: up(step) if step < warmup
            else floor + (optimizer_lr - floor) * down(min(step, total) - warmup),
        )
        self.optimizer, self.count = optimizer, 0

    def rate(self, step):
        return self.inner.lr_lambdas[0](step)

    def step(self):
        self.optimizer.lr = self.rate(self.count)
        self.count += 1

# %% clipping_answer
def clip_gradients(parameters, limit):
    if limit <= 0:
        raise ValueError("the limit must be positive")
    norm = torch.nn.utils.get_total_norm([p.grad for p in parameters if p.grad is not None])
    if norm > limit:
        torch.nn.utils.clip_grad_norm_(parameters, limit)
    return norm

# %% race_answer
def racer(parameters):
    return SGD(parameters, lr=0.008, momentum=0.85)
