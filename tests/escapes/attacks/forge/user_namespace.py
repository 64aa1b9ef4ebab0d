# aim = "In a user namespace of its own anybody is root, with all that the kernel then offers"
# uses = "calls"
# real = "without seccomp"

# %% added
if call("unshare", 0x10000000) == 0:
    print("reached: root of a namespace")
