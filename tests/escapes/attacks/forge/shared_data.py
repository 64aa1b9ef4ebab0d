# aim = "Data that all students share, changed for those who are graded next"
# real = "bare"

# %% added
import os
from autograder import data
place = data("rows")
rows = place / "rows.csv"
assert rows.read_text() == "1,2\n"
for change in (
    lambda: (place / "new.csv").write_text("3,4"),
    lambda: os.link(rows, place / "link.csv"),
    lambda: os.utime(rows),
    lambda: rows.chmod(0o777),
    lambda: rows.write_text("3,4"),
    lambda: os.truncate(rows, 0),
    lambda: rows.rename(place / "other.csv"),
    lambda: rows.unlink(),
):
    try:
        change()
        print("reached: they are changed")
    except OSError as problem:
        print(type(problem).__name__)
