# aim = "A notebook of 40 megabytes"
# points = {curve = "withheld", bump = "withheld", model = "withheld"}
# ending = "not run"
# real = "run: test $(stat -c %s hw.ipynb) -gt 40000000 && echo reached: 40 MB"

# %% hand_in
tree["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "x" * 40_000_000})
