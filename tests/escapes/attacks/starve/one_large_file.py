# aim = "One file as large as the disk"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "without rlimits cgroup"

# %% bump_answer
import os
try:
    with open("large", "wb") as file:
        for _ in range(12):
            file.write(bytes(1 << 20))
        file.flush()
    print("reached: 12 MiB, four more than allowed")
finally:
    os.remove("large")
