# title = "Handed in as it was released"
# student = "liam"
# ending = "finished"
# [points]
# parametric_curve = 0
# nonlinear_regression = 0
# deeper_network = 0
