"""Ten scripted conversations, replayed through the real turn and checked against the items of VERA-MH as far as code can."""
