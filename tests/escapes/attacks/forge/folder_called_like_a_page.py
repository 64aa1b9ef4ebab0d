# aim = "Folders that are called like what will be written beside the notebook"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "run: echo page > hw.html || echo reached: the page cannot be written"

# %% hand_in
for name in ("hw.html", "hw.ipynb.html", "timestamp.txt", "rows.csv"):
    (folder / name).mkdir()
    (folder / name / "inner.txt").touch()
