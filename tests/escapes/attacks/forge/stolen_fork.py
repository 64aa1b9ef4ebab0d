# aim = "A thread takes the fork that was granted for a question, and keeps the process"
# points = {curve = 3, bump = [0, 3], model = [0, 3]}
# honest = ["curve", "bump", "model"]
# real = "without seccomp"

# %% added
import os, threading, time
stolen = []

def steal():
    for _ in range(2000):
        try:
            child = os.fork()
        except OSError:
            time.sleep(0.0005)
            continue
        if child == 0:
            time.sleep(1)
            os._exit(0)
        print("reached: a process of its own")
        return

threading.Thread(target=steal, daemon=True).start()
time.sleep(0.1)
