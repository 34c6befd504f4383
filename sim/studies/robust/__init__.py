"""Conclusions that hold whatever the numbers: what is known, one deal for every truth, and what a result hangs on."""
