# aim = "Many cells that each show as much as one may, all of which the clerk has to hold"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# real = "run: test $(for i in 1 2 3; do python -c 'print(\"x\" * (12 << 20))'; done | wc -c) -gt 30000000 && echo reached: 36 MiB"

# %% hand_in
cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
tree["cells"][1:1] = [{**cell, "source": 'print("x" * (12 << 20))'} for _ in range(30)]
