# title = "x and its square in one affine layer"
# student = "bodil"
# ending = "finished"
# [points]
# deeper_network = 6.5

# %% deeper_network_answer
torch.manual_seed(42)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2 * n_features, 1)

    def forward(self, X):
        return self.layer(torch.cat([X, X**2], dim=1))


model = Net().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)

train_losses, test_losses = [], []
for step in range(800):
    batch = torch.randint(len(X_train), (32,))

    loss = loss_function(model(X_train[batch]), y_train[batch])
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()

    train_losses.append(loss.item())
    with torch.no_grad():
        test_losses.append(loss_function(model(X_test), y_test).item())
    if step % 10 == 9:
        draw_training(f"A deeper network, step {step + 1}", train_losses, test_losses)
