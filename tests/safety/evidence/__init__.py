"""The safety evidence pack: what `make safety` measures, replays and writes to results/safety/."""
