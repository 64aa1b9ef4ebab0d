# title = "A network that is not trained"
# student = "edda"
# ending = "finished"
# [points]
# deeper_network = 1.5

# %% deeper_network_answer
torch.manual_seed(42)

model = nn.Sequential(nn.Linear(n_features, 64), nn.ReLU(), nn.Linear(64, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
train_losses = test_losses = [0.0]
