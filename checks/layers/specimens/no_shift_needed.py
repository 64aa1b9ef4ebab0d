# title = "Overflow avoided without the largest score"
# student = "nora"
# ending = "finished"
# [points]
# softmax = 3
# cross_entropy = 0
# linear = 0
# batch_norm = 0

# %% softmax_answer
def softmax(z):
    return torch.exp(z - torch.logsumexp(z, dim=1, keepdim=True))


def softmax_backward(z, grad):
    p = softmax(z)
    return p * grad - p * (p * grad).sum(dim=1, keepdim=True)
