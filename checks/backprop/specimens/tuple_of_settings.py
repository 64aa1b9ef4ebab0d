# title = "A list of ten thousand tensors; both settings in one line, timed, a print behind the loop"
# student = "teo"
# ending = "finished"
# [points]
# parametric_curve = 4
# nonlinear_regression = 8
# deeper_network = 0

# %% parametric_curve_answer
x = [time - 1.5 * torch.cos(17 * time) for time in t]
y = [time - 1.5 * torch.sin(25 * time) for time in t]

# %% nonlinear_regression_answer
%%time
torch.manual_seed(0)
steps, step_size = 300, 0.05

parameters = [torch.zeros(1, requires_grad=True) for _ in range(2)]


def predict(x):
    return parameters[0] * torch.log(x) + parameters[1]


for step in range(steps):
    loss = ((predict(x) - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for parameter in parameters:
            parameter -= step_size * parameter.grad
            parameter.grad.zero_()
print(f"loss {loss.item():.2f} after step {step + 1}")
