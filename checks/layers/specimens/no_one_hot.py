# title = "The right class is not subtracted"
# student = "oskar"
# ending = "finished"
# [points]
# softmax = 0
# cross_entropy = 1.5
# linear = 0
# batch_norm = 0

# %% cross_entropy_answer
def cross_entropy(logits, target):
    rows = torch.arange(len(target))
    shifted = logits - logits.amax(dim=1, keepdim=True)
    return (shifted.exp().sum(dim=1).log() - shifted[rows, target]).mean()


def cross_entropy_backward(logits, target):
    shifted = logits - logits.amax(dim=1, keepdim=True)
    p = shifted.exp() / shifted.exp().sum(dim=1, keepdim=True)
    return p / len(target)
