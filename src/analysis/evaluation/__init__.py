"""How good forecasts are: scores, backtests beside the yardsticks, and the published rules of progress."""
