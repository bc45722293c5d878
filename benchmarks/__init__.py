"""How fast and how large: one file a benchmark, each figure beside a reference measured in the same run."""
