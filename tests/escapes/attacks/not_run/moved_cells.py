# aim = "Every grade cell stands before its answer, or at the very end, where names are others"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "cannot be shown: moving cells does no more than to confuse; honest work must survive it"

# %% hand_in
tree["cells"] = tree["cells"][:1] + tree["cells"][:0:-1]
