# aim = "A null pointer through ctypes ends the process, and loses all that was done before"
# points = {curve = 3}
# honest = ["curve", "model"]
# ending = "died"
# real = "in process allclose"

# %% bump_answer
import ctypes
ctypes.string_at(0)
