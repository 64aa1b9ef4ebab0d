# aim = "A folder that is called like the notebook, with the notebook in it"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "run: cat hw.ipynb || echo reached: it is no file"

# %% hand_in
import json
(folder / "hw.ipynb").mkdir()
(folder / "hw.ipynb/hw.ipynb").write_text(json.dumps(tree))
tree = None
