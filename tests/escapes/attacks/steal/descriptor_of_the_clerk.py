# aim = "An open file of another process, taken over by its number"
# uses = "calls"
# real = "bare"

# %% added
handle = call("pidfd_open", @clerk@, 0)
if handle >= 0 and call("pidfd_getfd", handle, 1, 0) >= 0:
    print("reached: the clerk's output is mine")
try:
    print("reached:", os.readlink("/proc/@clerk@/fd/1"))
except OSError:
    pass
