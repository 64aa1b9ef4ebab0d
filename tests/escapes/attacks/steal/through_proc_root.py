# aim = "Other ways to the same file: through /proc, through .., through the old root"
# real = "without mount landlock user"

# %% added
import os
here = os.getcwd()
for start in ("/proc/1/root", "/proc/self/root", "/proc/self/cwd/../../../../../..", "../" * 30, "/.."):
    try:
        print(open(start + "@course@/gradebook.db").read())
    except OSError as problem:
        print(type(problem).__name__)
