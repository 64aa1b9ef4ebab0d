# title = "NumPy functions on tensors, a square and a line, 16 tanh units by SGD"
# student = "boris"
# ending = "finished"
# own_seed = ["deeper_network"]
# [points]
# parametric_curve = 4
# nonlinear_regression = 7.5
# deeper_network = 8

# %% parametric_curve_answer
x = t - 1.5 * np.cos(17 * t)
y = t - 1.5 * np.sin(25 * t)

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 100
step_size = 0.05

parameters = [torch.zeros(1, requires_grad=True) for _ in range(3)]


def predict(x):
    return parameters[0] * x**2 + parameters[1] * x + parameters[2]


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

model = nn.Sequential(
    nn.Linear(n_features, 16),
    nn.Tanh(),
    nn.Linear(16, 1),
).to(device)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

train_losses, test_losses = [], []
for step in range(150):
    batch = torch.randint(len(X_train), (32,))

    loss = loss_function(model(X_train[batch]), y_train[batch])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    train_losses.append(loss.item())
    with torch.no_grad():
        test_losses.append(loss_function(model(X_test), y_test).item())
    if step % 10 == 9:
        draw_training(f"A deeper network, step {step + 1}", train_losses, test_losses)
