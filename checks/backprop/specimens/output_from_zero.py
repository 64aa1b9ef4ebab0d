# title = "Output weights that start from zero"
# student = "adil"
# ending = "finished"
# [points]
# nonlinear_regression = 8

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 600
step_size = 0.02

hidden, out = nn.Linear(1, 16), nn.Linear(16, 1)
nn.init.zeros_(out.weight)
nn.init.zeros_(out.bias)
parameters = [*hidden.parameters(), *out.parameters()]


def predict(x):
    return out(torch.tanh(hidden(x[:, None])))[:, 0]


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
