# aim = "A file in /dev/shm outlives the process that made it"
# times = 2
# real = "without mount landlock user"

# %% added
import os
place = "/dev/shm/left-@clerk@"
if os.path.exists(place):
    print("reached:", open(place).read())
    os.remove(place)
else:
    open(place, "w").write("the answers")
