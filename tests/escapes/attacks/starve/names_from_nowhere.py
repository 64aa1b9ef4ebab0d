# aim = "Ten thousand lines in which the clerk looks for names that nothing makes"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "cannot be shown: it is the clerk's own search that takes long, and it has a budget"

# %% hand_in
cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
for number in range(20):
    lines = [f"print(missing_{number})"] + [f"a{n}, b{n}: c{n} = missing_{n}" for n in range(250)]
    lines += ["import " + ", ".join(f"m{n}" for n in range(40))] * 249
    tree["cells"].insert(1, {**cell, "source": "\n".join(lines)})
