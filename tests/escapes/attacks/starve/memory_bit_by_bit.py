# aim = "Small objects until there is no more memory"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "without rlimits cgroup"

# %% bump_answer
kept = []
try:
    for _ in range(320):
        kept.append(bytearray(1 << 20))
    print("reached: 320 MiB where 300 are allowed")
finally:
    kept.clear()
