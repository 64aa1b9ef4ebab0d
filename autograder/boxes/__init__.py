"""Our side of the trust line: starts the template, forks boxes from it, and talks to them."""
