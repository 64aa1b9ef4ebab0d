# aim = "Empty files until the disk has no names left"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "without mount landlock user"

# %% bump_answer
import os
os.mkdir("many")
for number in range(20_500):
    os.close(os.open(f"many/{number}", os.O_CREAT))
print("reached: 20500 files")
