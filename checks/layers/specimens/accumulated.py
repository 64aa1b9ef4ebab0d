# title = "Gradients are added to those of the call before"
# student = "anton"
# ending = "finished"
# [points]
# softmax = 0
# cross_entropy = 0
# linear = 2.5
# batch_norm = 2.5

# %% linear_answer
class Linear:
    """The affine map from n numbers to m: x @ weight + bias."""

    def __init__(self, n, m):
        self.weight = torch.randn(n, m) / n**0.5
        self.bias = torch.zeros(m)
        self.weight_grad = torch.zeros(n, m)
        self.bias_grad = torch.zeros(m)

    def forward(self, x):
        return torch.einsum("ni,io->no", x, self.weight) + self.bias

    def backward(self, x, grad):
        self.weight_grad += torch.einsum("ni,no->io", x, grad)
        self.bias_grad += grad.sum(0)
        return grad @ self.weight.T


torch.manual_seed(0)
linear = Linear(3, 2)
rows = torch.randn(4, 3)
print("forward: ", tuple(linear.forward(rows).shape))
print("backward:", tuple(linear.backward(rows, torch.ones(4, 2)).shape))

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
        self.scale_grad = self.scale_grad + (grad * normal).sum(dim=0)
        self.shift_grad = self.shift_grad + grad.sum(dim=0)
        g = grad * self.scale
        return (g - g.mean(dim=0) - normal * (g * normal).mean(dim=0)) / deviation


torch.manual_seed(0)
batch_norm = BatchNorm(3)
rows = 5 + 2 * torch.randn(6, 3)
print("forward: ", tuple(batch_norm.forward(rows).shape))
print("backward:", tuple(batch_norm.backward(rows, torch.ones(6, 3)).shape))
