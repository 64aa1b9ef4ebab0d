# aim = "Points are written where points stand"
# real = "without mount landlock user"

# %% added
open("@course@/gradebook.db", "a").write("mallory 1000")
