"""The commands, by who types them.

instructors.py    release, problems, verify
assistants.py     triage, grade, sync, replay, export
operators.py      doctor
common.py         what they share
"""
