# aim = "A script in a text cell, and in the name of an error"
# points = {bump = 0}
# unseen = ["<script", "<img src=\"x\" onerror", "<img src=x", "href=\"javascript", "<b onclick"]
# real = "run: grep -q '<script' hw.ipynb && echo reached: it is in the notebook"

# %% bump_answer
def bump(v):
    raise type("<script>alert(1)</script>", (Exception,), {})("<img src=x onerror=alert(1)>")

# %% hand_in
bad = "<script>alert(1)</script>[x](javascript:alert(1)) <img src=x onerror=alert(1)> <b onclick=alert(1)>b</b>"
tree["cells"].append({"cell_type": "markdown", "metadata": {}, "source": bad})
