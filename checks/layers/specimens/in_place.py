# title = "Arguments that are changed in place"
# student = "ines"
# ending = "finished"
# [points]
# softmax = 1.5
# cross_entropy = 0
# linear = 0
# batch_norm = 1.5

# %% softmax_answer
def softmax(z):
    z -= z.amax(dim=1, keepdim=True)
    powers = torch.exp(z)
    return powers / powers.sum(dim=1, keepdim=True)


def softmax_backward(z, grad):
    p = softmax(z)
    return p * grad - p * (p * grad).sum(dim=1, keepdim=True)

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
        x -= x.mean(dim=0)
        centred = x
        deviation = ((centred**2).mean(dim=0) + self.eps).sqrt()
        return centred / deviation * self.scale + self.shift

    def backward(self, x, grad):
        centred = x - x.mean(dim=0)
        deviation = ((centred**2).mean(dim=0) + self.eps).sqrt()
        normal = centred / deviation
        self.scale_grad = (grad * normal).sum(dim=0)
        self.shift_grad = grad.sum(dim=0)
        g = grad * self.scale
        return (g - g.mean(dim=0) - normal * (g * normal).mean(dim=0)) / deviation


torch.manual_seed(0)
batch_norm = BatchNorm(3)
rows = 5 + 2 * torch.randn(6, 3)
print("forward: ", tuple(batch_norm.forward(rows).shape))
print("backward:", tuple(batch_norm.backward(rows, torch.ones(6, 3)).shape))
