# aim = "A limit for each process is no limit for many"
# points = {curve = 3}
# honest = ["curve"]
# real = "without seccomp"

# %% bump_answer
import os, time
for _ in range(4):
    if os.fork() == 0:
        kept = bytearray(50 << 20)
        time.sleep(0.5)
        os._exit(0)
print("reached: four more processes")
