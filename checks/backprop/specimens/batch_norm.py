# title = "BatchNorm, which trains by the rows of a batch and predicts by running averages"
# student = "noor"
# ending = "finished"
# [points]
# deeper_network = 8

# %% deeper_network_answer
torch.manual_seed(42)

model = nn.Sequential(
    nn.Linear(n_features, 32),
    nn.BatchNorm1d(32),
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
