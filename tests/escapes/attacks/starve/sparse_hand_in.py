# aim = "Files of many gigabytes that take no room on the student's disk, notebooks among them"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "run: test $(stat -c %s 0.bin) -gt 9000000000 && echo reached: 16 GiB"

# %% hand_in
import os
for number in range(40):
    with open(folder / f"{number}.bin", "wb") as file:
        os.ftruncate(file.fileno(), 1 << 34)
for number in range(8):
    with open(folder / f"other{number}.ipynb", "wb") as file:
        file.write(b'{"cells": [],' + b" " * 5000)
        os.ftruncate(file.fileno(), 400 << 20)
