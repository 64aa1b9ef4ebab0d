# aim = "One tensor takes all memory of the machine"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "without rlimits cgroup"

# %% bump_answer
big = torch.ones(80 << 20)
print("reached: 320 MiB where 300 are allowed")
del big
