# title = "Methods of tensors, one over x, three ReLU layers by Adam"
# student = "dora"
# ending = "finished"
# [points]
# parametric_curve = 4
# nonlinear_regression = 8
# deeper_network = 8

# %% parametric_curve_answer
x = t - (17 * t).cos() * 1.5
y = t - (25 * t).sin() * 1.5

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 1000
step_size = 0.05

w = torch.zeros(1, requires_grad=True)
v = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
parameters = [w, v, b]


def predict(x):
    return w / x + v * x + b


losses = []
for step in range(steps):
    loss = ((predict(x) - y) ** 2).mean()
    loss.backward()

    w.data -= step_size * w.grad
    v.data -= step_size * v.grad
    b.data -= step_size * b.grad
    for parameter in parameters:
        parameter.grad = None

    losses.append(loss.item())
    if step % 10 == 9:
        draw_fit(f"A bent line, step {step + 1}", x, y, predict(x), losses)

# %% deeper_network_answer
torch.manual_seed(42)

model = nn.Sequential(
    nn.Linear(n_features, 64),
    nn.ReLU(),
    nn.Linear(64, 32),
    nn.ReLU(),
    nn.Linear(32, 16),
    nn.ReLU(),
    nn.Linear(16, 1),
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
