# aim = "One tensor takes all memory of the machine"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "without rlimits cgroup"

# %% bump_answer
big = torch.ones(100 << 20)
print("reached: 400 MiB more than allowed")
del big
