"""What `make` runs: the set-up, the demonstration, the benchmark."""
