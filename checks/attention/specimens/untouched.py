# title = "Handed in as it was released"
# student = "uma"
# ending = "finished"
# [points]
# attention = 0
# masks = 0
# heads = 0
# positions = 0
# block = 0
# model = 0
