"""The games of a scenario at one leverage point: theory from `sim.theory`, names and numbers from the file.

Each function takes a `Setting` and returns its result, or `Absent` with the reason why there is none.
"""
