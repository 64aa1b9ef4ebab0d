# aim = "A program that never was a file"
# uses = "calls"
# real = "without seccomp"

# %% added
descriptor = call("memfd_create", b"program", 0)
if descriptor >= 0:
    print("reached: a file to run, on no file system")
