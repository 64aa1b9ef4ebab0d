# aim = "A file of the course is taken away, or another one is put in its place"
# real = "without mount landlock user"

# %% added
import os
for act in (lambda: os.rename("@course@/gradebook.db", "@course@/old.db"),
            lambda: os.symlink("@course@/old.db", "@course@/gradebook.db"),
            lambda: os.truncate("@course@/autograder.toml", 0)):
    try:
        act()
    except OSError as problem:
        print(type(problem).__name__)
