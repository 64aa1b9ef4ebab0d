# title = "A weight gradient that is transposed"
# student = "tara"
# ending = "finished"
# [points]
# softmax = 0
# cross_entropy = 0
# linear = 2.5
# batch_norm = 0

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
        self.weight_grad = torch.einsum("ni,no->oi", x, grad)
        self.bias_grad = grad.sum(0)
        return grad @ self.weight.T


torch.manual_seed(0)
linear = Linear(3, 2)
rows = torch.randn(4, 3)
print("forward: ", tuple(linear.forward(rows).shape))
print("backward:", tuple(linear.backward(rows, torch.ones(4, 2)).shape))
