# aim = "The kernel tells over netlink which interfaces and neighbours there are"
# real = "without network landlock seccomp"

# %% added
import socket
link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
link.bind((0, 0))
print("reached:", link.getsockname())
