# title = "Handed in as it was released"
# student = "uma"
# ending = "finished"
# [points]
# sgd = 0
# adam = 0
# adamw = 0
# schedule = 0
# clipping = 0
# race = 0
