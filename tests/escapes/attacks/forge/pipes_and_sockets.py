# aim = "Pipes and sockets as files: whoever reads them waits for the other end"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "run: timeout 1 cat data.csv || echo reached: it waits"

# %% added
import os
for name in ("data.csv", "more/other.ipynb", "socket"):
    try:
        os.close(os.open(name, os.O_RDONLY | os.O_NONBLOCK))
        print("reached:", name)
    except OSError as problem:
        print(type(problem).__name__)

# %% hand_in
import os, socket
(folder / "more").mkdir()
for name in ("data.csv", "more/other.ipynb"):
    os.mkfifo(folder / name)
place = os.open(folder, os.O_RDONLY)
own = socket.socket(socket.AF_UNIX)
own.bind(f"/proc/self/fd/{place}/socket")  # a path of its own may be too long
own.close()
os.close(place)
