# aim = "No grade cell is handed in, and so no test"
# real = "run: grep -q '\"grade\": true' hw.ipynb || echo reached: no test in it"

# %% curve_answer
x = 0

# %% hand_in
tree["cells"] = [one for one in tree["cells"] if not one["metadata"].get("nbgrader", {}).get("grade")]
