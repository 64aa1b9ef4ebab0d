# aim = "Folders inside folders, deeper than a program's stack and longer than a path"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "run: cat \"$(find . -name end)\" || echo reached: a path that no call takes"

# %% hand_in
import os
place = os.open(folder, os.O_RDONLY)
for _ in range(1000):
    os.mkdir("deep", dir_fd=place)
    inner = os.open("deep", os.O_RDONLY, dir_fd=place)
    os.close(place)
    place = inner
os.mkdir("end", dir_fd=place)
os.close(place)
