"""Run all measurements and print them as one table: python -m bench [--rounds N]."""

from __future__ import annotations

import argparse

from bench import labelling


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="times each side is measured, in turn")
    rounds = parser.parse_args().rounds
    print("| what | median, us an article | against it |")
    print("|---|---|---|")
    for name, microseconds, ratio in labelling.measure(rounds):
        print(f"| {name} | {microseconds:,.0f} | {ratio} |")


if __name__ == "__main__":
    main()
