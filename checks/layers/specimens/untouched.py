# title = "Handed in as it was released"
# student = "uma"
# ending = "finished"
# [points]
# softmax = 0
# cross_entropy = 0
# linear = 0
# batch_norm = 0
