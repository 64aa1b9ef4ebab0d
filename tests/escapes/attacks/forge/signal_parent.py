# aim = "The parent can be found and signalled"
# real = "without pid user landlock seccomp"

# %% added
import os
for pid in (os.getppid(), @clerk@):
    if pid > 0:
        try:
            os.kill(pid, 0)
            print("reached:", pid)
        except OSError as problem:
            print(type(problem).__name__)
