"""One page with sliders that computes in the browser, to mail to a colleague."""
