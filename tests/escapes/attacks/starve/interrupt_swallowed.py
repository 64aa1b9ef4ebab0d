# aim = "The interrupt is caught, again and again"
# points = {curve = 3}
# honest = ["curve", "model"]
# ending = "timed out"
# real = "in process allclose"

# %% bump_answer
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
