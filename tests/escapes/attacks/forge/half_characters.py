# aim = "Half a character, which no file can hold afterwards"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: python -c 'import json; json.loads(chr(34) + chr(92) + \"ud800\" + chr(34)).encode()' || echo reached: it cannot be written"

# %% bump_answer
type(box)._probe = lambda self, message: say(b'{"body": {"answer": "\\ud800"}, "blobs": []}')
