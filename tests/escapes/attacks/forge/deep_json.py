# aim = "Brackets in brackets, deeper than the reader's stack"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: python -c 'import json; json.loads(\"[\" * 100000)' || echo reached: a plain reader fails"

# %% bump_answer
type(box)._probe = lambda self, message: say(b'{"body": {"answer": ' + b"[" * 10**6)
