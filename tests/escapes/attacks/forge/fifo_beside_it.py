# aim = "Whoever copies the files of a hand-in waits for ever"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: timeout 1 cp -L data.csv /dev/null || timeout 1 cat data.csv || echo reached: it waits"

# %% hand_in
import os
os.mkfifo(folder / "data.csv")
