# aim = "The leave to fork that a question brings, taken for a process that no fork would make"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "without pid seccomp"

# %% added
import ctypes, os, platform, threading, time
libc = ctypes.CDLL(None, use_errno=True)
CLONE, SIGCHLD = 220 if platform.machine() == "aarch64" else 56, 17
FLAGS = {"parent": 0x8000, "traced": 0x2000, "files": 0x400, "pidfd": 0x1000, "io": 0x8000_0000}
def take(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name, flag in FLAGS.items():
            child = libc.syscall(CLONE, ctypes.c_ulong(flag | SIGCHLD), 0, 0, 0, 0)
            if child == 0:
                os._exit(0)
            if child > 0:
                print("reached: a process,", name)
                return
        time.sleep(0.0005)
take(0.02)
threading.Thread(target=take, args=(1.5,), daemon=True).start()
