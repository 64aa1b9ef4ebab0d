# title = "Autograd and torch.nn do the work"
# student = "lena"
# ending = "finished"
# [points]
# softmax = 2.5
# cross_entropy = 2.5
# linear = 3.5
# batch_norm = 3.5

# %% softmax_answer
def softmax(z):
    powers = torch.exp(z - z.amax(dim=1, keepdim=True))
    return powers / powers.sum(dim=1, keepdim=True)


def softmax_backward(z, grad):
    z = z.clone().requires_grad_()
    return torch.autograd.grad(softmax(z), z, grad)[0]

# %% cross_entropy_answer
from torch.nn import functional as F


def cross_entropy(logits, target):
    return F.cross_entropy(logits, target)


def cross_entropy_backward(logits, target):
    logits = logits.clone().requires_grad_()
    return torch.autograd.grad(cross_entropy(logits, target), logits)[0]

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
        x, weight, bias = (v.detach().clone().requires_grad_() for v in (x, self.weight, self.bias))
        gradients = torch.autograd.grad(x @ weight + bias, (x, weight, bias), grad)
        self.weight_grad, self.bias_grad = gradients[1:]
        return gradients[0]


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
        return torch.nn.functional.batch_norm(
            x, None, None, self.scale, self.shift, training=True, eps=self.eps
        )

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
