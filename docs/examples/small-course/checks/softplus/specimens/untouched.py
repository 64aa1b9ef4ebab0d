# title = "Handed in as it was released"
# student = "dan"
# ending = "finished"
# [points]
# softplus = 0
