# aim = "A lease on a file that was given out: for 45 seconds nobody else can open it"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "without mount user landlock seccomp"

# %% added
import fcntl, os
for way in (fcntl.F_RDLCK, fcntl.F_WRLCK):
    try:
        fcntl.fcntl(os.open("rows.csv", os.O_RDONLY), fcntl.F_SETLEASE, way)
        print("reached: a lease")
    except OSError as problem:
        print(type(problem).__name__)
