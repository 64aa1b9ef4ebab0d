# aim = "Rights, times and owners of other people's files, for which no file has to be opened"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "without mount user landlock seccomp"

# %% added
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
other = "@other@".encode()
BY_NUMBER = {"fchmodat2": 452, "utimensat": 88 if platform.machine() == "aarch64" else 280}
times = (ctypes.c_long * 4)(1, 0, 1, 0)
descriptor = os.open("@other@", os.O_PATH) if os.path.exists("@other@") else -1
behind = f"/proc/self/fd/{descriptor}"
for attempt in (
    lambda: os.chmod("@hidden@/secret_rows.csv", 0o777),
    lambda: os.chmod(behind, 0o600),
    lambda: os.utime("@course@/autograder.toml", (1, 1)),
    lambda: os.utime("@home@/notes.txt", (1, 1), follow_symlinks=False),
    lambda: os.truncate("@other@", 0),
    lambda: libc.syscall(BY_NUMBER["fchmodat2"], -100, other, 0o640, 0),
    lambda: libc.syscall(BY_NUMBER["utimensat"], -100, other, times, 0),
    lambda: libc.utimensat(-100, other, times, 0x100),
):
    try:
        attempt()
    except OSError as problem:
        print(type(problem).__name__)
