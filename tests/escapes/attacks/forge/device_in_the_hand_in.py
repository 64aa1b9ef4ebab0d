# aim = "A device of the machine, as a file that was handed in"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: test -e zero || echo reached: only root can make one; head -c 4 zero | wc -c | grep -q 4 && echo reached: the device answers"

# %% hand_in
import os, stat
from contextlib import suppress
with suppress(PermissionError):
    os.mknod(folder / "zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    (folder / "zero").chmod(0o666)

# %% added
try:
    print("reached:", len(open("zero", "rb").read(4)), "bytes of a device")
except OSError as problem:
    print(type(problem).__name__)
