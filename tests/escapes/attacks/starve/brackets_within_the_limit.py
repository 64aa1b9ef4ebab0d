# aim = "An answer that is short enough, and all brackets: a hundred times as large in memory"
# points = {curve = 3}
# honest = ["curve"]
# ending = "lied"
# uses = "channel"
# real = "trusting reader"

# %% bump_answer
def bump(v):
    return v

many = b'{"body": {"answer": [[' + b"[]," * 1_200_000 + b'[]]]}, "blobs": []}'

def reply(self, message):
    say(many)
    say({"body": {"probed": None}, "blobs": []})

type(box)._probe = reply
