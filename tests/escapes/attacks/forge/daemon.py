# aim = "A process outlives its run, and watches those that come after"
# real = "without seccomp"

# %% added
import os, time
child = os.fork()
if child == 0:
    os.setsid()
    time.sleep(0.5)
    os._exit(0)
print("reached: a process of its own", child)
