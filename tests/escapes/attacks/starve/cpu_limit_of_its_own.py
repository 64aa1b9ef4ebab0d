# aim = "A limit of its own makes the kernel kill it, as it kills for memory"
# points = {curve = 3}
# honest = ["curve", "model"]
# ending = "out of memory"
# real = "in process allclose"

# %% bump_answer
import resource
resource.setrlimit(resource.RLIMIT_CPU, (0, 0))
while True:
    pass
