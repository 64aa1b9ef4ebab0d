# aim = "An object whose text runs code that never ends, and an error that has no text"
# points = {curve = 3}
# honest = ["curve"]
# real = "in process allclose"

# %% bump_answer
class Silent(Exception):
    def __str__(self):
        while True:
            pass

def bump(v):
    raise Silent

# %% model_answer
class Text:
    def __repr__(self):
        raise SystemExit
    __str__ = __repr__

model = Text()
model
