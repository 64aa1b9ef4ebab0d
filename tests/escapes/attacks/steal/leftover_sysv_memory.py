# aim = "Shared memory of the old kind has a number that the next one knows"
# uses = "calls"
# times = 2
# real = "bare"

# %% added
key = 0x5EC0 + @clerk@
found = call("shmget", key, 4096, 0o666)
if found >= 0:
    print("reached: the segment is still there")
    call("shmctl", found, 0, 0)
else:
    call("shmget", key, 4096, 0o1666)
