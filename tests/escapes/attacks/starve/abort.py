# aim = "abort() in C, a signal that no handler outlives"
# points = {curve = 3}
# honest = ["curve", "model"]
# ending = "died"
# real = "in process allclose"

# %% bump_answer
import os
os.abort()
