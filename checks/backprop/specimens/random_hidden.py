# title = "Least squares on a hidden layer that nobody trained"
# student = "dalia"
# ending = "finished"
# [points]
# deeper_network = 5.5

# %% deeper_network_answer
torch.manual_seed(42)

model = nn.Sequential(nn.Linear(n_features, 64), nn.ReLU(), nn.Linear(64, 1))
with torch.no_grad():
    H = model[1](model[0](X_train))
    H1 = torch.cat([H, torch.ones(len(H),1)],1)
    w = torch.linalg.lstsq(H1.double(), y_train.double(), driver="gelsd").solution.float()
    model[2].weight[:] = w[:-1].T
    model[2].bias[:] = w[-1]
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
train_losses = test_losses = [0.0]
