# title = "One count of steps for all parameters"
# student = "otto"
# ending = "finished"
# [points]
# sgd = 0
# adam = 3.5
# adamw = 2.5
# schedule = 0
# clipping = 0
# race = 0

# %% adam_answer
class Adam(GradientDescent):
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(parameters, lr)
        self.betas, self.eps = betas, eps
        self.m = [torch.zeros_like(p) for p in self.parameters]
        self.v = [torch.zeros_like(p) for p in self.parameters]
        self.t = 0

    @torch.no_grad()
    def step(self):
        b1, b2 = self.betas
        self.t += 1
        for i, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            self.m[i].lerp_(p.grad, 1 - b1)
            self.v[i].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
            m = self.m[i] / (1 - b1 ** self.t)
            v = self.v[i] / (1 - b2 ** self.t)
            p -= self.lr * m / (v.sqrt() + self.eps)

# %% adamw_answer
class AdamW(Adam):
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(parameters, lr, betas, eps)
        self.weight_decay = weight_decay

    @torch.no_grad()
    def step(self):
        for p in self.parameters:
            if p.grad is not None:
                p.mul_(1 - self.lr * self.weight_decay)
        super().step()
