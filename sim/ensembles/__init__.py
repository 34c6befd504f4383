"""Many truths of one scenario: draws of what is not known, what follows in each, and which inputs decide.

No loading of files for single draws, no printing: draws are arrays on one compiled space.
"""
