"""Runs the replications of a goldenhour scenario on a Ray cluster. See docs/cluster.md."""

__version__ = "0.1.0"
