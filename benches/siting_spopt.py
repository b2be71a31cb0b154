"""Solves the instances of `cargo bench --bench siting -- side FOLDER` with spopt and HiGHS, and compares.

    pip install spopt==0.7.0 pulp highspy
    python benches/siting_spopt.py FOLDER [seconds at most per instance, 300 without]

What is timed on both sides starts from the distances in memory: building the model and solving it.
"""

import csv
import sys
import time
from pathlib import Path

import numpy as np
import pulp
from spopt.locate import MCLP, PMedian


def solved(row, distances, weights, posts, limit):
    """Builds and solves one instance with spopt: seconds, model, status."""
    solver = pulp.HiGHS(msg=False, timeLimit=limit)
    started = time.perf_counter()
    if row["name"].startswith("median"):
        model = PMedian.from_cost_matrix(distances, weights, p_facilities=posts)
    else:
        model = MCLP.from_cost_matrix(distances, weights, float(row["radius"]), p_facilities=posts)
    try:
        model = model.solve(solver, results=False)
        status = pulp.LpStatus[model.problem.status]
    except Exception as trouble:  # spopt raises when the limit ends the search
        status = f"{type(trouble).__name__}"
    return time.perf_counter() - started, model, status


def main() -> None:
    folder = Path(sys.argv[1])
    limit = float(sys.argv[2]) if len(sys.argv) > 2 else 300.0
    # The first use of a solver loads its library: not on the clock.
    pulp.HiGHS(msg=False)
    print("ours: objective without proof and seconds; with proof and seconds. Ratios: theirs to each of ours.")
    print(
        f"{'instance':<10} {'quick':>12} {'s':>7} {'objective':>12} {'proved':>6} {'s':>7} | "
        f"{'spopt':>12} {'status':>9} {'s':>7} | {'quick':>8} {'proof':>8}"
    )
    with open(folder / "ours.csv", newline="") as f:
        rows = list(csv.DictReader(f))
    for row in rows:
        table = np.loadtxt(folder / f"{row['name']}.csv", delimiter=",")
        weights, distances = table[:, 0], table[:, 1:]
        posts = int(row["posts"])
        # The median of three, where that is quick.
        runs = []
        while not runs or (len(runs) < 3 and runs[0][0] < 10.0):
            runs.append(solved(row, distances, weights, posts, limit))
        seconds, model, status = sorted(runs, key=lambda run: run[0])[(len(runs) - 1) // 2]
        sense = 1 if row["name"].startswith("median") else -1
        # Counted anew from the sites, whatever the model says.
        chosen = [j for j, v in enumerate(model.fac_vars) if v.value() and v.value() > 0.5]
        if not chosen:
            objective = float("nan")
        elif sense == 1:
            objective = float((weights * distances[:, chosen].min(axis=1)).sum())
        else:
            objective = float(weights[distances[:, chosen].min(axis=1) <= float(row["radius"])].sum())
        ours, our_seconds = float(row["objective"]), float(row["seconds"])
        quick, quick_seconds = float(row["quick"]), float(row["quick_seconds"])
        off = sense * (objective - quick)
        worse = "" if np.isnan(objective) else f" ({'worse than' if off > 0 else 'better than' if off < 0 else 'equal to'} quick)"
        print(
            f"{row['name']:<10} {quick:>12.0f} {quick_seconds:>7.3f} {ours:>12.0f} {row['proved']:>6} {our_seconds:>7.3f} | "
            f"{objective:>12.0f} {status:>9} {seconds:>7.2f} | {seconds / quick_seconds:>6.0f} x {seconds / our_seconds:>6.0f} x{worse}",
            flush=True,
        )


if __name__ == "__main__":
    main()
