# title = "A column instead of a row"
# student = "anouk"
# ending = "finished"
# [points]
# nonlinear_regression = 7.5

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 300
step_size = 0.05

parameters = [torch.zeros(1, requires_grad=True) for _ in range(2)]
def predict(x):
    return (parameters[0] * torch.log(x) + parameters[1]).reshape(-1, 1)


losses = []
for step in range(steps):
    loss = ((predict(x).flatten() - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for p in parameters:
            p -= step_size * p.grad
            p.grad.zero_()
    losses.append(loss.item())
