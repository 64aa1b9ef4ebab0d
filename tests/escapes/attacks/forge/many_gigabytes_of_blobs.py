# aim = "A header announces blobs of many gigabytes, and a million of them"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: python -c 'import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 30,) * 2); bytearray(2**40)' || echo reached: a reader that believes it has no memory left"

# %% bump_answer
def bump(v):
    return v

type(box)._probe = lambda self, message: say({"body": {"answer": 1}, "blobs": [2**40]})
