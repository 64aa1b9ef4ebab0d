# aim = "Waiting uses no processor time, and blocks a worker as well"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "in process allclose"

# %% bump_answer
import time
time.sleep(1000)
