# aim = "A fork that holds objects makes a process of its own, which would outlive it"
# points = {}
# real = "without seccomp"

# %% bump_answer
import os

def bump(v):
    try:
        if os.fork() == 0:
            os._exit(0)
    except OSError:
        return 0 * v
    return v * torch.sin(v)
