# aim = "What the last submission left in /tmp is there for the next"
# times = 2
# real = "without mount landlock user"

# %% added
import os
for place in ("/tmp/left-@clerk@", "/var/tmp/left-@clerk@"):
    try:
        if os.path.exists(place):
            print("reached:", open(place).read())
            os.remove(place)
        else:
            open(place, "w").write("the answers")
    except OSError as problem:
        print(type(problem).__name__)
