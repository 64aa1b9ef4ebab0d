# aim = "A debugger may do anything to a process, and needs no rights among equals"
# uses = "calls"
# real = "without pid user landlock seccomp"

# %% added
import time
if call("ptrace", 0x4206, @neighbour@, 0, 0) == 0:  # PTRACE_SEIZE
    print("reached: it is mine")
    call("ptrace", 17, @neighbour@, 0, 0)
