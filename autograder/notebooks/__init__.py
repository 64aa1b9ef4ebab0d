"""Notebooks: read, replaced by stubs, rebuilt and written; nothing here runs them."""
