# title = "All sines first, then all cosines"
# student = "hugo"
# ending = "finished"
# [points]
# attention = 0
# masks = 0
# heads = 0
# positions = 0.5
# block = 0
# model = 0

# %% positions_answer
def position_code(length, width):
    """One row for each position: sines and cosines, from fast to slow."""
    code = torch.zeros(length, width)
    t = torch.arange(length).unsqueeze(1)
    for i in range(width // 2):
        angle = t[:, 0] / 10000 ** (2 * i / width)
        code[:, i] = torch.sin(angle)
        code[:, width // 2 + i] = torch.cos(angle)
    return code
