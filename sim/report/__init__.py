"""The report: one self-contained page about a study, with sliders that recompute it in the browser."""
