# aim = "Keys of the same user, kept by the kernel"
# uses = "calls"
# real = "without seccomp"

# %% added
if call("add_key", b"user", b"answers", b"x", 1, -2) >= 0:
    print("reached: a key")
