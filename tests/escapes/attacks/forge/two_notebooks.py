# aim = "Two notebooks: the one that is graded is not the one that is looked at"
# points = {curve = "withheld", bump = "withheld", model = "withheld"}
# ending = "not run"
# real = "run: test $(ls *.ipynb | wc -l) -gt 1 && echo reached: two"

# %% hand_in
import json
for name in ("HW.ipynb", "other.ipynb"):
    (folder / name).write_text(json.dumps(tree))
tree = None
