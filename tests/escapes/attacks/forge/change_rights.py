# aim = "chmod opens a file to everybody, or closes it"
# real = "without mount landlock user seccomp"

# %% added
import os
os.chmod("@course@/gradebook.db", 0o666)
