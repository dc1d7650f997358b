"""Measurements of speed, as ratios against what a user would pick instead, side by side in one run."""
