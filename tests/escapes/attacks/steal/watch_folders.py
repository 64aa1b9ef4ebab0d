# aim = "Learn from the kernel what others do in their folders: who is graded when, and how files are called"
# points = {curve = 3}
# honest = ["curve"]
# real = "without mount user landlock seccomp"

# %% added
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
watcher = libc.inotify_init1(0o4000)
if libc.inotify_add_watch(watcher, b"@course@", 0xFFF) >= 0:
    print("reached: a watch on the course")
