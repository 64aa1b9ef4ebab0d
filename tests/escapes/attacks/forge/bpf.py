# aim = "Programs that run inside the kernel"
# uses = "calls"
# real = "bare"

# %% added
if call("bpf", 0, struct.pack("IIII", 2, 4, 8, 1) + bytes(100), 116) >= 0:
    print("reached: a map in the kernel")
