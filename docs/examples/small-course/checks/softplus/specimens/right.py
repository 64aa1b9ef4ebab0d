# title = "The threshold by hand"
# student = "ada"
# ending = "finished"
# [points]
# softplus = 3

# %% softplus_answer
def softplus(x):
    return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))
