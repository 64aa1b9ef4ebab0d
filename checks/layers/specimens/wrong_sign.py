# title = "Minus the right gradients, a product of shapes that do not fit"
# student = "sina"
# ending = "finished"
# [points]
# softmax = 1.5
# cross_entropy = 0
# linear = 1.5
# batch_norm = 0

# %% softmax_answer
def softmax(z):
    powers = torch.exp(z - z.amax(dim=1, keepdim=True))
    return powers / powers.sum(dim=1, keepdim=True)


def softmax_backward(z, grad):
    p = softmax(z)
    return p * (p * grad).sum(dim=1, keepdim=True) - p * grad

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
        self.weight_grad = torch.einsum("ni,no->io", x, grad)
        self.bias_grad = grad.sum(0)
        return grad @ self.weight


torch.manual_seed(0)
linear = Linear(3, 2)
rows = torch.randn(4, 3)
print("forward: ", tuple(linear.forward(rows).shape))
print("backward:", tuple(linear.backward(rows, torch.ones(4, 2)).shape))
