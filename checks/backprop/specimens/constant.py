# title = "A constant twice"
# student = "sven"
# ending = "finished"
# [points]
# parametric_curve = 4
# nonlinear_regression = 3
# deeper_network = 0.5

# %% parametric_curve_answer
x = t - 1.5 * torch.cos(17 * t)
y = t - 1.5 * torch.sin(25 * t)

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 100
step_size = 0.05

parameters = [torch.zeros(1, requires_grad=True) for _ in range(1)]


def predict(x):
    return parameters[0] + 0 * x


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

# %% deeper_network_answer
torch.manual_seed(42)

hidden = nn.Linear(n_features, 40).to(device)
output = nn.Linear(40, 1).to(device)


def model(X):
    return y_train.mean() + 0 * output(torch.tanh(hidden(X)))


optimizer = torch.optim.Adam([*hidden.parameters(), *output.parameters()], lr=0.05)

train_losses, test_losses = [], []
for step in range(50):
    batch = torch.randint(len(X_train), (32,))

    optimizer.zero_grad()
    loss = loss_function(model(X_train[batch]), y_train[batch])
    loss.backward()
    optimizer.step()

    train_losses.append(loss.item())
    with torch.no_grad():
        test_losses.append(loss_function(model(X_test), y_test).item())
    if step % 50 == 49:
        draw_training(f"A deeper network, step {step + 1}", train_losses, test_losses)
