# aim = "Recursion without a limit overruns the stack"
# points = {curve = 3}
# honest = ["curve", "model"]
# ending = "died"
# real = "in process allclose"

# %% bump_answer
import functools, sys
sys.setrecursionlimit(10**9)
f = functools.partial(lambda g, n: g(g, n + 1))
class Deep:
    def __getattr__(self, name):
        return repr(self)
    __repr__ = lambda self: repr([self])
repr(Deep())
