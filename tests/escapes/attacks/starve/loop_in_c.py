# aim = "A call into C that looks at no signal until it is done: a sum without end"
# points = {curve = 3}
# honest = ["curve", "model"]
# ending = "timed out"
# real = "in process allclose"

# %% bump_answer
sum(range(10**13))
