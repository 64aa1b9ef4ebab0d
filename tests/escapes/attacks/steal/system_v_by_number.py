# aim = "Shared memory, queues and semaphores of others have small numbers, and need no name"
# points = {curve = 3}
# honest = ["curve"]
# real = "without seccomp"

# %% added
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
about = ctypes.create_string_buffer(256)
for name, found in (
    ("memory", libc.shmctl(0, 14, about)),
    ("queues", libc.msgctl(0, 12, about)),
    ("semaphores", libc.semctl(0, 0, 19, about)),
):
    if found >= 0:
        print("reached:", name)
libc.mq_unlink(b"/x")
if ctypes.get_errno() == 2:
    print("reached: queues by name")
