# aim = "Files and sockets that the template left open for its children"
# real = "cannot be shown: every box closes them, also a weakened one"

# %% added
import os
kinds = []
for number in range(3, 256):
    try:
        kinds.append(os.readlink(f"/proc/self/fd/{number}"))
    except OSError:
        pass
sockets = [one for one in kinds if one.startswith("socket")]
files = [one for one in kinds if one.startswith("/") and not one.startswith(("/proc", "/memfd"))]
if len(sockets) > 1 or files:
    print("reached:", kinds)
