# aim = "A second way into the kernel, past filters of system calls"
# uses = "calls"
# real = "without seccomp"

# %% added
if call("io_uring_setup", 4, ctypes.create_string_buffer(120)) >= 0:
    print("reached: a ring")
