"""``backtest``: what a change of lists, measures, threshold or engine would do to events that have passed."""
