# aim = "Escape sequences and direction marks rewrite what a reader sees"
# unseen = ["\u001b", "\u202e", "\u2066", "\u0007", "\r"]
# real = "run: grep -q '202e' hw.ipynb && echo reached: it is in the notebook"

# %% bump_answer
def bump(v):
    raise ValueError("\x1b[2J\x1b[1;1H3 of 3 points \u202estniop 3\u2066 \x07\r all right")

# %% model_answer
model = type("\x1b[31m\u202e", (), {})()
