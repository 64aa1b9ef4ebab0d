# aim = "NaN and Infinity, which JSON does not have and Python reads"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: python -c 'import json; print(\"reached:\", json.loads(\"[NaN, 1e999]\"))'"

# %% bump_answer
type(box)._probe = lambda self, message: say(b'{"body": {"answer": [NaN, 1e999]}, "blobs": []}')
