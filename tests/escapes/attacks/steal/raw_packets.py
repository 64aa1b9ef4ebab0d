# aim = "Packets of any kind, and what passes by on the wire"
# real = "cannot be shown: only root may, and a box that keeps root is not made"

# %% added
import socket
for family, kind in ((socket.AF_INET, socket.SOCK_RAW), (17, socket.SOCK_RAW), (40, socket.SOCK_STREAM)):
    try:
        socket.socket(family, kind, 1)
        print("reached: a socket of family", family)
    except OSError as problem:
        print(type(problem).__name__)
