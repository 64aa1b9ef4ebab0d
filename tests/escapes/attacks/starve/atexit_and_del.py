# aim = "What runs at the end never ends, or raises"
# points = {bump = 3, model = 3}
# honest = ["bump", "model"]
# real = "run: timeout 1 python -c 'import atexit, time; atexit.register(time.sleep, 9)' || echo reached: it waits"

# %% curve_answer
import atexit, time, threading
atexit.register(time.sleep, 1000)

class Last:
    def __del__(self):
        raise RuntimeError("not yet")

class Loop:
    def __del__(self):
        while True:
            pass

keep = [Last(), Loop()]
x = 0
