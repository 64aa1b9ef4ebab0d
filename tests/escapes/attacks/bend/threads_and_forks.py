# aim = "A parallel region before the pause, after which a fork may hang"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "cannot be shown: it is honest code, and the danger is ours"

# %% added
torch.set_num_threads(4)
torch.set_num_interop_threads(2)
big = torch.rand(300, 300)
for _ in range(20):
    big = (big @ big).tanh()
