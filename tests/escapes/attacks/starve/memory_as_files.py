# aim = "Files in memory, which no limit of the process counts"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "bare"

# %% bump_answer
import os
written = []
try:
    for place in ("/dev/shm", "/tmp"):
        for number in range(25):
            name = f"{place}/bomb-@clerk@-{number}"
            written.append(name)
            with open(name, "wb") as file:
                file.write(bytes(7 << 20))
    print("reached: 350 MiB, more than there is")
finally:
    for name in written:
        if os.path.exists(name):
            os.remove(name)
