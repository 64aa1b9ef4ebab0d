# aim = "The metadata of a grade cell claim more points than there are"
# points = {curve = 3}
# honest = ["curve"]
# real = "in process allclose"

# %% hand_in
for cell in tree["cells"]:
    own = cell["metadata"].get("nbgrader", {})
    if own.get("grade"):
        own["points"] = 1000
