# title = "Exponentials as they stand, the logarithm of a share"
# student = "otto"
# ending = "finished"
# [points]
# softmax = 2.5
# cross_entropy = 2.5
# linear = 0
# batch_norm = 0

# %% softmax_answer
def softmax(z):
    powers = torch.exp(z)
    return powers / powers.sum(dim=1, keepdim=True)


def softmax_backward(z, grad):
    p = softmax(z)
    return p * grad - p * (p * grad).sum(dim=1, keepdim=True)

# %% cross_entropy_answer
def cross_entropy(logits, target):
    p = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    return -p[torch.arange(len(target)), target].log().mean()


def cross_entropy_backward(logits, target):
    p = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    p[torch.arange(len(target)), target] -= 1
    return p / len(target)
