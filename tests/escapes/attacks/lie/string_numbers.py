# aim = "Numbers as text, numbers beyond 64 bits, and dicts with lying keys"
# real = "cannot be shown: a judge that calls float() or eval() on it is not among ours"

# %% curve_answer
class Key(str):
    def __eq__(self, other): return True
    def __hash__(self): return 0

x = {Key("x"): 10**5000, "y": "__import__('os')._exit(0)"}

# %% bump_answer
def bump(v):
    return [str(one) for one in v]

# %% model_answer
def model(rows):
    return [2**70] * len(rows)
