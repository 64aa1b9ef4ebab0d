# aim = "Folders in folders, deeper than a program can go that takes them away"
# points = {curve = 3, bump = 3, model = 3}
# honest = ["curve", "bump", "model"]
# times = 2
# real = "run: python3 -c 'import os; [(os.mkdir(\"a\"), os.chdir(\"a\")) for _ in range(1100)]'; python3 -c 'import shutil; shutil.rmtree(\"a\")' 2>&1 | grep -q RecursionError && echo reached: too deep; rm -rf a"

# %% added
import os
home = os.getcwd()
for _ in range(1100):
    os.mkdir("a")
    os.chdir("a")
os.chdir(home)
