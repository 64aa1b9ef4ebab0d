# aim = "Whatever listens on this machine: databases, a Hub, a metadata service"
# real = "without network landlock seccomp"

# %% added
import socket
for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    try:
        with socket.create_connection((address, @tcp@), timeout=0.3) as connection:
            connection.send(b"hello")
            print("reached: somebody listens")
    except OSError as problem:
        print(type(problem).__name__)
