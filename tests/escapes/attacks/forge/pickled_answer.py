# aim = "A tag that a reader with too many types might follow"
# ending = "lied"
# uses = "channel"
# points = {curve = 3}
# honest = ["curve"]
# real = "run: python -c 'import pickle; pickle.loads(b\"cbuiltins\\nprint\\n(S\\x27reached: code\\x27\\ntR.\")'"

# %% bump_answer
answer_with({"pickle": "Y2J1aWx0aW5zCnByaW50Cg==", "__reduce__": ["os.system", "true"]})
