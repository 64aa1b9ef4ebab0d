# aim = "Threads until the machine has no more"
# points = {curve = 3}
# honest = ["curve"]
# real = "bare"

# %% bump_answer
import threading
done = threading.Event()
threads = []
try:
    for _ in range(700):
        threads.append(threading.Thread(target=done.wait, daemon=True))
        threads[-1].start()
    print("reached: 700 threads")
finally:
    done.set()
