"""Many paths in time: how leverage wanders, when there is a deal to be had, when it is made; no figures, no text."""
