# aim = "A signal by a descriptor instead of a number"
# real = "without pid user landlock seccomp"

# %% added
import os, signal
signal.pidfd_send_signal(os.pidfd_open(@neighbour@), signal.SIGKILL)
