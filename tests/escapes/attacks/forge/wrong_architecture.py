# aim = "System calls of 32-bit programs, which have other numbers than the filter knows"
# ending = "died"
# real = "without seccomp"

# %% added
import ctypes, mmap, os, platform
if platform.machine() != "x86_64":
    os._exit(1)
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(b"\x53\xb8\x14\x00\x00\x00\xcd\x80\x5b\xc3")  # getpid by int 0x80
entry = ctypes.addressof(ctypes.c_char.from_buffer(page))
if ctypes.CFUNCTYPE(ctypes.c_int)(entry)() > 0:
    print("reached: the other table of system calls")
