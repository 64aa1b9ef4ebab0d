# title = "The formula as it stands"
# student = "bob"
# ending = "finished"
# [points]
# softplus = 2

# %% softplus_answer
def softplus(x):
    return torch.log(1 + torch.exp(x))
