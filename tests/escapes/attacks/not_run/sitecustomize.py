# aim = "sitecustomize.py and .pth files run before a grader that starts beside them"
# real = "run: PYTHONPATH=. python -c pass"

# %% curve_answer
x = 0

# %% hand_in
for name in ("sitecustomize.py", "usercustomize.py"):
    (folder / name).write_text("print('reached: I run before you')")
(folder / "evil.pth").write_text("import os; print('reached: I run before you')")
