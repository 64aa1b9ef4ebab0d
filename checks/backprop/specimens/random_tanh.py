# title = "Hidden tanh units that start at random, batch norm and dropout"
# student = "hana"
# ending = "finished"
# own_seed = ["nonlinear_regression", "deeper_network"]
# [points]
# parametric_curve = 4
# nonlinear_regression = 8
# deeper_network = 8

# %% parametric_curve_answer
x = t - 1.5 * torch.cos(17 * t)
y = t - 1.5 * torch.sin(25 * t)

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 1000
step_size = 0.01

parameters = [
    torch.randn(8, 1, requires_grad=True),
    torch.randn(8, 1, requires_grad=True),
    torch.randn(1, 8, requires_grad=True),
    torch.zeros(1, requires_grad=True),
]


def predict(x):
    w, c, v, b = parameters
    return (v @ torch.tanh(w * x + c)).flatten() + b


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
    nn.Linear(n_features, 64),
    nn.BatchNorm1d(64),
    nn.ReLU(),
    nn.Dropout(0.1),
    nn.Linear(64, 1),
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
model.eval()
