# aim = "Links to names that no folder can hold, in the folder and in the text"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "run: cp -L n* copied || echo reached: a name that cannot be looked up"

# %% hand_in
long = "n" * 300
(folder / long[:255]).symlink_to(long)
(folder / "other.ipynb").symlink_to("y/" * 2000)
text = f"![one]({long}.png) [two]({long}) <img src='{long}.jpg'>"
tree["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": f"{text}\n\n![]({'d/' * 3000}a.png)"})
