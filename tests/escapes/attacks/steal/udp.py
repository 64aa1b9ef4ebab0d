# aim = "One datagram is enough to send an answer out"
# real = "without network landlock seccomp"

# %% added
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x = 1", ("127.0.0.1", @udp@))
