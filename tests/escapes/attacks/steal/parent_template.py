# aim = "The parent process is known: its memory, its files, its command line"
# real = "without pid user landlock seccomp"

# %% added
import os
parent = os.getppid()
if parent:
    print("reached:", open(f"/proc/{parent}/cmdline").read())
names = [name for name in os.listdir("/proc") if name.isdigit()]
if len(names) > 2:
    print("reached:", names)
