# title = "A shifted sine for the cosine, a root, a network as a class"
# student = "emil"
# ending = "finished"
# [points]
# parametric_curve = 4
# nonlinear_regression = 7.5
# deeper_network = 8

# %% parametric_curve_answer
x = t - 1.5 * torch.sin(17 * t + torch.pi / 2)
y = t + 1.5 * torch.sin(-25 * t)

# %% nonlinear_regression_answer
torch.manual_seed(0)
steps = 300
step_size = 0.05

parameters = [torch.zeros(1, requires_grad=True) for _ in range(3)]


def predict(x):
    return parameters[0] * torch.sqrt(x) + parameters[1] * x + parameters[2]


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

class Deeper(nn.Module):
    def __init__(self, n_features):
        super().__init__()
        self.first = nn.Linear(n_features, 48)
        self.second = nn.Linear(48, 24)
        self.last = nn.Linear(24, 1)

    def forward(self, X):
        X = torch.relu(self.first(X))
        return self.last(torch.relu(self.second(X)))


model = Deeper(n_features).to(device)
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
