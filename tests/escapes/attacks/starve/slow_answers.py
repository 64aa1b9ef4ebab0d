# aim = "A function that never returns when it is asked"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "in process allclose"

# %% bump_answer
def bump(v):
    while True:
        pass
