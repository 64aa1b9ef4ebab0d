# aim = "Sockets in the file system, such as a container engine's"
# real = "bare"

# %% added
import socket
socket.socket(socket.AF_UNIX).connect("@unix@")
