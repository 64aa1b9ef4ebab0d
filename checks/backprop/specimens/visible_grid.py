# title = "The visible picture by heart, for any t; a parameter that never moves"
# student = "bella"
# ending = "finished"
# [points]
# parametric_curve = 2
# nonlinear_regression = 6.5
# deeper_network = 0

# %% parametric_curve_answer
grid = torch.linspace(-10, 10, 10_000)
x = grid - 1.5 * torch.cos(17 * grid)
y = grid - 1.5 * torch.sin(25 * grid)

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 300
step_size = 0.05

parameters = [torch.zeros(1, requires_grad=True) for _ in range(2)]


def predict(x):
    return (parameters[0] - 10) * torch.log(x) + parameters[1]


losses = []
for step in range(steps):
    loss = ((predict(x) - y) ** 2).mean()
    loss.backward()

    with torch.no_grad():
        parameters[1] -= step_size * parameters[1].grad
        for parameter in parameters:
            parameter.grad.zero_()

    losses.append(loss.item())
    if step % 10 == 9:
        draw_fit(f"A bent line, step {step + 1}", x, y, predict(x), losses)
