# aim = "Threads that never end keep the process alive after its run"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "run: timeout 1 python -c 'import threading; threading.Thread(target=threading.Event().wait).start()' || echo reached: it waits"

# %% added
import threading
for daemon in (True, False):
    threading.Thread(target=threading.Event().wait, daemon=daemon).start()
