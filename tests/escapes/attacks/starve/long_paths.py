# aim = "A few folders with the longest names, so that no path leads to the file in the last one"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "run: cat \"$(find . -name end.csv)\" || echo reached: a path that no call takes"

# %% hand_in
import os
place = os.open(folder, os.O_RDONLY)
for number in range(17):
    name = chr(97 + number) * 250
    os.mkdir(name, dir_fd=place)
    inner = os.open(name, os.O_RDONLY, dir_fd=place)
    os.close(place)
    place = inner
os.close(os.open("end.csv", os.O_CREAT | os.O_WRONLY, dir_fd=place))
os.close(place)
