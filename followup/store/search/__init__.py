"""The search index of cases: which texts a case has, and how each database finds them by their words."""
