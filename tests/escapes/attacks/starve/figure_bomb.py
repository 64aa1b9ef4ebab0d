# aim = "A figure as large as a wall"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "without rlimits cgroup"

# %% bump_answer
import matplotlib.pyplot as plt
figure = plt.figure(figsize=(100, 100), dpi=100)
try:
    figure.canvas.draw()
    print("reached: 400 MB of paper")
finally:
    plt.close("all")
