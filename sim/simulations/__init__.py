"""Many paths in time and many sessions of talks: when a deal can be had, when it is made; no figures, no text."""
