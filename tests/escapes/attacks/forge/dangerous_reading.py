# aim = "Pickles, checkpoints and YAML run code in whoever reads them"
# real = "run: python -c 'import pickle; pickle.load(open(\"model.pt\", \"rb\"))'"

# %% curve_answer
class Evil:
    def __reduce__(self):
        return print, ("reached: I run where I am read",)

x = Evil()

# %% bump_answer
def bump(v):
    return [v, Evil(), {"x": Evil()}]

# %% hand_in
import pickle

class Evil:
    def __reduce__(self):
        return print, ("reached: I run where I am read",)

(folder / "model.pt").write_bytes(pickle.dumps(Evil()))
