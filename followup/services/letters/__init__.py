"""Letters: what one email says about a case, and what the sincerity lint finds in it."""
