# aim = "All threads that one user may have, held until the end, so that others have none"
# points = {curve = 3, bump = 3, model = [0, 3]}
# honest = ["curve", "bump"]
# real = "bare"

# %% model_answer
import threading
threading.stack_size(65536)
never, held = threading.Event(), 0
try:
    for _ in range(600):
        threading.Thread(target=never.wait, daemon=True).start()
        held += 1
        if held == 300:
            print("reached: 300 threads")
except RuntimeError as problem:
    print(problem)
