# title = "A function that refuses every limit"
# student = "rita"
# ending = "finished"
# [points]
# sgd = 0
# adam = 0
# adamw = 0
# schedule = 0
# clipping = 0
# race = 0

# %% clipping_answer
def clip_gradients(parameters, limit):
    raise ValueError("the limit must be positive")
