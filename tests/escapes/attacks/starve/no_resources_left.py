# aim = "Limits of zero, so that nothing of ours can work in the process either"
# points = {curve = 3}
# honest = ["curve", "bump", "model"]
# ending = "died"
# real = "in process allclose"

# %% bump_answer
import os, resource
for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA, resource.RLIMIT_NOFILE, resource.RLIMIT_STACK):
    resource.setrlimit(kind, (0, 0))
os._exit(3)
