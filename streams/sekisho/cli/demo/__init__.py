"""The demo: a whole checkpoint on this machine, with the case of January 2023 and plain traffic around it."""
