# title = "Steps that shrink, a small module as the prediction"
# student = "jamal"
# ending = "finished"
# own_seed = ["nonlinear_regression"]
# [points]
# parametric_curve = 4
# nonlinear_regression = 8
# deeper_network = 8

# %% parametric_curve_answer
x = t - 1.5 * torch.cos(17 * t)
y = t - 1.5 * torch.sin(25 * t)

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 500
step_size = 0.03

bend = nn.Sequential(nn.Linear(1, 16), nn.ReLU(), nn.Linear(16, 1))
parameters = list(bend.parameters())


def predict(x):
    return bend(x[:, None])[:, 0]


losses = []
for step in range(steps):
    loss = ((predict(x) - y) ** 2).mean()
    loss.backward()

    with torch.no_grad():
        for parameter in parameters:
            parameter -= step_size / (1 + step / 100) * parameter.grad
            parameter.grad = None

    losses.append(loss.item())
    if step % 10 == 9:
        draw_fit(f"A bent line, step {step + 1}", x, y, predict(x), losses)

# %% deeper_network_answer
torch.manual_seed(42)

model = nn.Sequential(
    nn.Linear(n_features, 32),
    nn.ReLU(),
    nn.Linear(32, 1),
).to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

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
