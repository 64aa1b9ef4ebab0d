# aim = "More output than a notebook, a browser or a disk can hold"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "cannot be shown: the weakened box bounds its outputs too"

# %% bump_answer
import os
from IPython.display import HTML, display
for _ in range(20):
    print("x" * 10**6)
for _ in range(2000):
    display(HTML("<b>" * 100))
try:
    while True:
        os.write(1, b"y" * 10**6)
except OSError:
    pass
