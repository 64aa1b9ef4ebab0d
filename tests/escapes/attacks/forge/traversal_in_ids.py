# aim = "Ids of cells that are paths, markup or enormous"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# unseen = ["../../", "<b>id"]
# real = "run: grep -o '../../../../gradebook.db' hw.ipynb && echo reached: a path"

# %% hand_in
for name in ("../../../../gradebook.db", "<b>id</b>", "x" * 10**6, 7, None):
    own = {"grade_id": name, "grade": True, "solution": False, "points": 5, "schema_version": 99}
    tree["cells"].append({"cell_type": "code", "id": name, "source": "1", "metadata": {"nbgrader": own}})
