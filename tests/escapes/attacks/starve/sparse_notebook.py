# aim = "A notebook of 400 GiB that takes no room on the student's disk"
# points = {curve = "withheld", bump = "withheld", model = "withheld"}
# ending = "not run"
# real = "run: test $(stat -c %s hw.ipynb) -gt 9000000000 && echo reached: 400 GiB"

# %% hand_in
import os
with open(folder / "hw.ipynb", "wb") as file:
    file.write(b'{"cells": [],' + b" " * 5000)
    os.ftruncate(file.fileno(), 400 << 30)
tree = None
