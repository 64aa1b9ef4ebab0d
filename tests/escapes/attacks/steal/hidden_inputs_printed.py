# aim = "A model prints the rows that it is asked about"
# points = {model = 3}
# unseen = ["0.4213"]
# real = "in process unseen"

# %% model_answer
import os

def model(rows):
    if len(rows) != len(X):
        print("reached:", rows[-1].tolist())
        os.write(1, b"reached: the rows\n")
    elif rows[0] != X[0]:
        print("reached:", rows[-1].tolist())
    return (2 * rows**2 - rows).flatten()
