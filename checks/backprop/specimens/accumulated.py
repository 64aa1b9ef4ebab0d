# title = "Gradients never cleared, an optimiser that holds the old model"
# student = "pavel"
# ending = "finished"
# [points]
# parametric_curve = 4
# nonlinear_regression = 1.5
# deeper_network = 1.5

# %% parametric_curve_answer
x = t - 1.5 * torch.cos(17 * t)
y = t - 1.5 * torch.sin(25 * t)

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 100
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

    losses.append(loss.item())
    if step % 10 == 9:
        draw_fit(f"A bent line, step {step + 1}", x, y, predict(x), losses)

# %% deeper_network_answer
torch.manual_seed(42)

model = nn.Sequential(
    nn.Linear(n_features, 64),
    nn.ReLU(),
    nn.Linear(64, 1),
).to(device)
optimizer = linear_optimizer

train_losses, test_losses = [], []
for step in range(300):
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
