# title = "A softmax gradient without its sum, a loss gradient without its mean"
# student = "hanna"
# ending = "finished"
# [points]
# softmax = 1.5
# cross_entropy = 1.5
# linear = 0
# batch_norm = 0

# %% softmax_answer
def softmax(z):
    powers = torch.exp(z - z.amax(dim=1, keepdim=True))
    return powers / powers.sum(dim=1, keepdim=True)


def softmax_backward(z, grad):
    p = softmax(z)
    return p * (1 - p) * grad

# %% cross_entropy_answer
def cross_entropy(logits, target):
    rows = torch.arange(len(target))
    shifted = logits - logits.amax(dim=1, keepdim=True)
    return (shifted.exp().sum(dim=1).log() - shifted[rows, target]).mean()


def cross_entropy_backward(logits, target):
    shifted = logits - logits.amax(dim=1, keepdim=True)
    p = shifted.exp() / shifted.exp().sum(dim=1, keepdim=True)
    one_hot = (torch.arange(logits.shape[1]) == target[:, None]).to(p.dtype)
    return p - one_hot
