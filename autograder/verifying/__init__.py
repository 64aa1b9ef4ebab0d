"""The story of an assignment that is examined: specimens, mutants, seeds, devices, leaks, costs."""
