# aim = "Limits, processors and priority of another process are changed"
# real = "without pid user landlock seccomp"

# %% added
import os, resource
for act in (lambda: resource.prlimit(@neighbour@, resource.RLIMIT_NOFILE, (16, 16)),
            lambda: os.setpriority(os.PRIO_PROCESS, @neighbour@, 19),
            lambda: os.sched_setaffinity(@neighbour@, {max(os.sched_getaffinity(0))})):
    try:
        act()
    except (OSError, ValueError) as problem:
        print(type(problem).__name__)
