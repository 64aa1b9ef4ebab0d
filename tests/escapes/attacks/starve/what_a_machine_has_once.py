# aim = "What a whole machine, or all of a user, have a certain number of: contexts, watchers, timers, pipes"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "without seccomp"

# %% added
import ctypes, fcntl, os, platform
libc = ctypes.CDLL(None, use_errno=True)
arm = platform.machine() == "aarch64"
room = ctypes.create_string_buffer(64)
def pipe():
    return fcntl.fcntl(os.pipe()[0], 1031, 1 << 20)
for name, take in (
    ("a context for input and output", lambda: libc.syscall(0 if arm else 206, 1000, room)),
    ("a watcher", lambda: libc.inotify_init1(0)),
    ("a timer", lambda: libc.syscall(107 if arm else 222, 1, None, room)),
    ("a large pipe", pipe),
):
    try:
        if take() >= 0:
            print("reached:", name)
    except OSError as problem:
        print(type(problem).__name__)
