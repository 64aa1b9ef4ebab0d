# title = "Arrays of NumPy, a Python number, a magic; layers that keep tensors of their size"
# student = "nils"
# ending = "finished"
# [points]
# softmax = 3
# cross_entropy = 3
# linear = 4
# batch_norm = 4

# %% softmax_answer
import numpy as np


def softmax(z):
    z = np.asarray(z)
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_backward(z, grad):
    p, grad = softmax(z), np.asarray(grad)
    return p * (grad - (grad * p).sum(axis=1, keepdims=True))

%time softmax(torch.randn(3, 4))

# %% cross_entropy_answer
def cross_entropy(logits, target):
    total = 0.0
    for row, right in zip(logits, target):
        highest = row.max().item()
        total += highest + torch.log(torch.exp(row - highest).sum()).item() - row[right].item()
    return total / len(target)


def cross_entropy_backward(logits, target):
    gradient = torch.zeros_like(logits)
    for i, (row, right) in enumerate(zip(logits, target)):
        powers = torch.exp(row - row.max())
        gradient[i] = powers / powers.sum()
        gradient[i, right] -= 1
    return gradient / len(target)

# %% linear_answer
import numpy as np


class Linear:
    def __init__(self, n, m):
        self.weight = torch.from_numpy(np.random.randn(n, m) / np.sqrt(n))
        self.bias = torch.zeros(m, dtype=torch.float64)
        self.weight_grad = torch.zeros(n, m, dtype=torch.float64)
        self.bias_grad = torch.zeros(m, dtype=torch.float64)

    def forward(self, x):
        return x.double() @ self.weight + self.bias

    def backward(self, x, grad):
        self.weight_grad.zero_()
        self.bias_grad.zero_()
        for row, slope in zip(x.double(), grad.double()):
            self.weight_grad += torch.outer(row, slope)
            self.bias_grad += slope
        return grad.double() @ self.weight.double().T


linear = Linear(3, 2)

# %% batch_norm_answer
class BatchNorm:
    def __init__(self, m, eps=1e-5, momentum=0.1):
        self.scale, self.shift = torch.ones(m), torch.zeros(m)
        self.scale_grad, self.shift_grad = torch.zeros(m), torch.zeros(m)
        self.running_mean, self.running_variance = torch.zeros(m), torch.ones(m)
        self.eps, self.momentum = eps, momentum

    def normalise(self, x):
        mean, variance = x.mean(dim=0), x.var(dim=0, correction=0)
        return mean, variance, (x - mean) / torch.sqrt(variance + self.eps)

    def forward(self, x):
        mean, variance, normal = self.normalise(x)
        self.running_mean += self.momentum * (mean - self.running_mean)
        self.running_variance += self.momentum * (variance - self.running_variance)
        return self.scale * normal + self.shift

    def backward(self, x, grad):
        _, variance, normal = self.normalise(x)
        self.scale_grad[:] = (grad * normal).sum(dim=0)
        self.shift_grad[:] = grad.sum(dim=0)
        rest = len(x) * grad - grad.sum(dim=0) - normal * (grad * normal).sum(dim=0)
        return self.scale * rest / (len(x) * torch.sqrt(variance + self.eps))


batch_norm = BatchNorm(3)
