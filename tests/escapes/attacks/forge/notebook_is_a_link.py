# aim = "The notebook is a link to somebody else's, or to any file"
# points = {curve = "withheld", bump = "withheld", model = "withheld"}
# ending = "not run"
# real = "run: cat hw.ipynb"

# %% hand_in
(folder / "hw.ipynb").symlink_to("@other@")
tree = None
