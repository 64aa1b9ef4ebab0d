# aim = "Attributes of files that only tools show: marks, flags, owners among one's own groups"
# points = {curve = 3}
# honest = ["curve"]
# real = "without mount user landlock seccomp"

# %% added
import ctypes, fcntl, os
def marked():
    os.setxattr("@other@", "user.mark", b"x")
    os.removexattr("@other@", "user.mark")
def owned():
    os.chown("@other@", -1, os.getgid())
def flagged():
    descriptor = os.open("rows.csv", os.O_RDONLY)
    flags = fcntl.ioctl(descriptor, 0x8008_6601, bytes(8))
    fcntl.ioctl(descriptor, 0x4008_6602, flags)
for attempt in (marked, owned, flagged):
    try:
        attempt()
        print("reached:", attempt.__name__)
    except OSError as problem:
        print(type(problem).__name__)
