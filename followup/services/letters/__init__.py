"""Letters: what an email says about one case, and what the sincerity lint finds in it."""
