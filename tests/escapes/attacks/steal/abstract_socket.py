# aim = "Sockets that have a name and no file, such as a desktop's message bus"
# real = "without network landlock seccomp"

# %% added
import socket
socket.socket(socket.AF_UNIX).connect("\0@abstract@")
