# aim = "A loop that never ends keeps a worker busy"
# points = {bump = 3, model = 3}
# honest = ["bump", "model"]
# real = "in process allclose"

# %% curve_answer
while True:
    pass
