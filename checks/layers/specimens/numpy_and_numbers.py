# title = "Arrays of NumPy and a Python number instead of tensors"
# student = "nils"
# ending = "finished"
# [points]
# softmax = 3
# cross_entropy = 3
# linear = 0
# batch_norm = 0

# %% softmax_answer
import numpy as np


def softmax(z):
    z = np.asarray(z)
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_backward(z, grad):
    p, grad = softmax(z), np.asarray(grad)
    return p * (grad - (grad * p).sum(axis=1, keepdims=True))

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
