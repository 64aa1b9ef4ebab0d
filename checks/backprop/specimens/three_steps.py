# title = "Columns for x and y, three steps of descent, then a jump to least squares"
# student = "tilda"
# ending = "finished"
# [points]
# parametric_curve = 2
# nonlinear_regression = 6.5
# deeper_network = 0

# %% parametric_curve_answer
x = t[:, None] - 1.5 * torch.cos(17 * t[:, None])
y = t[:, None] - 1.5 * torch.sin(25 * t[:, None])

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
        if step < 3:
            for parameter in parameters:
                parameter -= step_size * parameter.grad
        else:
            columns = torch.stack([torch.log(x), torch.ones_like(x)], dim=1)
            best = torch.linalg.lstsq(columns, y[:, None]).solution
            parameters[0].copy_(best[0])
            parameters[1].copy_(best[1])
        for parameter in parameters:
            parameter.grad.zero_()

    losses.append(loss.item())
    if step % 10 == 9:
        draw_fit(f"A bent line, step {step + 1}", x, y, predict(x), losses)
