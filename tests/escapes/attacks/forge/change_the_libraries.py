# aim = "Read-only libraries are made writable, or are written through another way"
# real = "cannot be shown: nothing may change the libraries of the machine, not even a test"

# %% added
import os, torch
for place in (torch.__file__, os.__file__, "/usr/bin/env", "/given/0/rows.csv", "rows.csv"):
    try:
        descriptor = os.open(place, os.O_WRONLY)
        print("reached:", place)
        os.close(descriptor)
    except OSError as problem:
        print(type(problem).__name__)
