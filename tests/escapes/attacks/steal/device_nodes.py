# aim = "Devices of the machine, handed in as files"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# needs = "root"
# real = "run: head -c 4 zero.csv > /dev/null && echo reached: a device"

# %% added
import os
for name in ("zero.csv", "more/zero.csv", "disk.csv"):
    try:
        os.close(os.open(name, os.O_RDONLY | os.O_NONBLOCK))
        print("reached:", name)
    except OSError as problem:
        print(type(problem).__name__)

# %% hand_in
import os, stat
(folder / "more").mkdir()
for name in ("zero.csv", "more/zero.csv"):
    os.mknod(folder / name, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    (folder / name).chmod(0o666)
os.mknod(folder / "disk.csv", stat.S_IFBLK | 0o666, os.makedev(7, 0))
