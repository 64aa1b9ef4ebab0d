# aim = "A shell, a compiler, another Python without any of this"
# real = "without pid user landlock seccomp"

# %% added
import os, subprocess
for act in (lambda: subprocess.run(["/bin/true"], check=True),
            lambda: os.posix_spawn("/bin/true", ["true"], {})):
    try:
        act()
        print("reached: another program")
    except OSError as problem:
        print(type(problem).__name__)
