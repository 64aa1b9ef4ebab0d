# aim = "A signal ends another process: the grader, or whoever is graded beside"
# real = "without pid user landlock seccomp"

# %% added
import os
os.kill(@neighbour@, 9)
