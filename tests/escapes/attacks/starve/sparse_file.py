# aim = "A file with a size and no content, which tools then copy in full"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "without rlimits cgroup"

# %% bump_answer
import os
with open("sparse", "wb") as file:
    os.ftruncate(file.fileno(), 1 << 34)
    print("reached: 16 GiB")
