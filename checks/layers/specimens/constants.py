# title = "Mean and variance taken for constants"
# student = "carl"
# ending = "finished"
# [points]
# softmax = 0
# cross_entropy = 0
# linear = 0
# batch_norm = 1.5

# %% batch_norm_answer
class BatchNorm:
    """Each column of a batch with mean 0 and deviation 1, then scaled and shifted."""

    def __init__(self, m, eps=1e-5):
        self.scale = torch.ones(m)
        self.shift = torch.zeros(m)
        self.scale_grad = torch.zeros(m)
        self.shift_grad = torch.zeros(m)
        self.eps = eps

    def forward(self, x):
        centred = x - x.mean(dim=0)
        deviation = ((centred**2).mean(dim=0) + self.eps).sqrt()
        return centred / deviation * self.scale + self.shift

    def backward(self, x, grad):
        centred = x - x.mean(dim=0)
        deviation = ((centred**2).mean(dim=0) + self.eps).sqrt()
        normal = centred / deviation
        self.scale_grad = (grad * normal).sum(dim=0)
        self.shift_grad = grad.sum(dim=0)
        g = grad * self.scale
        return g / deviation


torch.manual_seed(0)
batch_norm = BatchNorm(3)
rows = 5 + 2 * torch.randn(6, 3)
print("forward: ", tuple(batch_norm.forward(rows).shape))
print("backward:", tuple(batch_norm.backward(rows, torch.ones(6, 3)).shape))
