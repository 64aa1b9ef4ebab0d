# title = "Handed in as it was released"
# student = "dan"
# ending = "finished"
# [points]
# digits = 0
# augment = 0
# network = 0
# epoch = 0
# stopping = 0
# trained = 0
