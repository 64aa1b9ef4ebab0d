"""The format that crosses the trust line: written there, read strictly here; no pickle."""
