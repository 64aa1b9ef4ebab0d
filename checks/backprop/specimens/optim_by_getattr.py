# title = "An optimizer by another name"
# student = "bela"
# ending = "finished"
# [points]
# nonlinear_regression = 6.5

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 300
step_size = 0.05

parameters = [torch.zeros(1, requires_grad=True) for _ in range(2)]
optimizer = getattr(torch, "opt" "im").SGD(parameters, lr=step_size)
def predict(x):
    return parameters[0] * torch.log(x) + parameters[1]
losses = []
for step in range(steps):
    loss = ((predict(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
