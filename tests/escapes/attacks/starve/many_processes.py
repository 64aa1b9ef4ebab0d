# aim = "A fork bomb"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "without seccomp"

# %% bump_answer
import os, time
made = 0
for _ in range(20):
    try:
        if os.fork() == 0:
            time.sleep(0.3)
            os._exit(0)
        made += 1
    except OSError:
        pass
if made:
    print("reached:", made, "processes")
