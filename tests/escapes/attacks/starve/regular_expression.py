# aim = "A regular expression that takes longer than the universe has"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# real = "in process allclose"

# %% bump_answer
import re
re.match(r"(a+)+$", "a" * 60 + "b")
