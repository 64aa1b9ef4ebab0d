# aim = "With the course seed every hidden input can be foretold"
# real = "without mount landlock user"

# %% added
print(open("@course@/autograder.toml").read())
