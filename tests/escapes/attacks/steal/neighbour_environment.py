# aim = "Tokens stand in the environment of other processes of the same user"
# real = "without pid user landlock seccomp"

# %% added
print(open("/proc/@neighbour@/environ").read())
