# aim = "Descriptors that are sent and never received count for all processes of a user"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "without seccomp"

# %% added
import array, os, socket
ends, sent = socket.socketpair(), 0
many = array.array("i", [os.open("/dev/null", os.O_RDONLY)] * 200)
try:
    for _ in range(5):
        ends[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, many)], socket.MSG_DONTWAIT)
        sent += len(many)
except OSError as problem:
    print(type(problem).__name__)
if sent > 250:
    print("reached:", sent, "under way")
