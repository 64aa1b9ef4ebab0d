# title = "A weight whose first gradient is zero"
# student = "abel"
# ending = "finished"
# [points]
# nonlinear_regression = [7.5, 8]

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 2000
step_size = 0.005

a = torch.zeros(1, requires_grad=True)
k = torch.ones(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
parameters = [a, k, b]


def predict(x):
    return a * torch.exp(-k * x) + b


losses = []
for step in range(steps):
    loss = ((predict(x) - y) ** 2).mean()
    loss.backward()

    with torch.no_grad():
        for p in parameters:
            p -= step_size * p.grad
            p.grad.zero_()
    losses.append(loss.item())
    if step % 10 == 9:
        draw_fit(f"A bent line, step {step + 1}", x, y, predict(x), losses)
