# aim = "Brackets in brackets, deeper than a reader's stack"
# points = {curve = "withheld", bump = "withheld", model = "withheld"}
# ending = "not run"
# real = "run: python -c 'import json; json.load(open(\"hw.ipynb\"))' || echo reached: the reader fails"

# %% hand_in
(folder / "hw.ipynb").write_text('{"cells": ' + "[" * 10**6)
tree = None
