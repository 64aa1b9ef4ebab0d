# title = "A random forest where a network was asked for"
# student = "selma"
# ending = "finished"
# [points]
# parametric_curve = 0
# nonlinear_regression = 0
# deeper_network = 2.5

# %% deeper_network_answer
train_losses = test_losses = [0.0]
model = RandomForestRegressor(50, random_state=0).fit(X_train.numpy(), y_train.numpy().ravel())
