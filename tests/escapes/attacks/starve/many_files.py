# aim = "A hand-in of thousands of files and one that is huge"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "run: test $(ls | wc -l) -gt 3000 && echo reached: 3000 files"

# %% hand_in
import os
for number in range(3000):
    (folder / f"{number}.txt").touch()
with open(folder / "huge.bin", "wb") as file:
    os.ftruncate(file.fileno(), 1 << 32)
