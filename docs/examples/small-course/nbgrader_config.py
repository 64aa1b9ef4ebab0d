from pathlib import Path

from autograder.nbgrader_plugins import configure

configure(get_config(), Path(__file__).parent)
