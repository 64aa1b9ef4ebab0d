# title = "One stub of two filled"
# student = "mona"
# ending = "finished"
# [points]
# parametric_curve = 2
# nonlinear_regression = 8
# deeper_network = 0

# %% parametric_curve_answer
x = t - 1.5 * torch.cos(17 * t)
y = <your_code_here>

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 300
step_size = 0.05

parameters = [torch.zeros(1, requires_grad=True) for _ in range(2)]


def predict(x):
    return parameters[0] * torch.log(x) + parameters[1]


losses = []
for step in range(steps):
    loss = ((predict(x) - y) ** 2).mean()
    loss.backward()

    with torch.no_grad():
        for parameter in parameters:
            parameter -= step_size * parameter.grad
            parameter.grad.zero_()

    losses.append(loss.item())
    if step % 10 == 9:
        draw_fit(f"A bent line, step {step + 1}", x, y, predict(x), losses)
