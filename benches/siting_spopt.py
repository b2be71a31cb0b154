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


def main() -> None:
    folder = Path(sys.argv[1])
    limit = float(sys.argv[2]) if len(sys.argv) > 2 else 300.0
    # The first use of a solver loads its library: not on the clock.
    pulp.HiGHS(msg=False)
    print(f"{'instance':<10} {'ours':>14} {'proved':>6} {'s':>8} | {'spopt':>14} {'status':>9} {'s':>8} | {'ratio':>9}")
    with open(folder / "ours.csv", newline="") as f:
        rows = list(csv.DictReader(f))
    for row in rows:
        table = np.loadtxt(folder / f"{row['name']}.csv", delimiter=",")
        weights, distances = table[:, 0], table[:, 1:]
        posts = int(row["posts"])
        solver = pulp.HiGHS(msg=False, timeLimit=limit)
        started = time.perf_counter()
        if row["name"].startswith("median"):
            model = PMedian.from_cost_matrix(distances, weights, p_facilities=posts)
            sense = 1
        else:
            model = MCLP.from_cost_matrix(distances, weights, float(row["radius"]), p_facilities=posts)
            sense = -1
        try:
            model = model.solve(solver, results=False)
            status = pulp.LpStatus[model.problem.status]
        except Exception as trouble:  # spopt raises when the limit ends the search
            status = f"{type(trouble).__name__}"
        seconds = time.perf_counter() - started
        # Counted anew from the sites, whatever the model says.
        chosen = [j for j, v in enumerate(model.fac_vars) if v.value() and v.value() > 0.5]
        if not chosen:
            objective = float("nan")
        elif sense == 1:
            objective = float((weights * distances[:, chosen].min(axis=1)).sum())
        else:
            objective = float(weights[distances[:, chosen].min(axis=1) <= float(row["radius"])].sum())
        ours, our_seconds = float(row["objective"]), float(row["seconds"])
        worse = "" if np.isnan(objective) else f" ({100 * sense * (objective / ours - 1):+.3f} %)"
        print(
            f"{row['name']:<10} {ours:>14.0f} {row['proved']:>6} {our_seconds:>8.3f} | {objective:>14.0f} "
            f"{status:>9} {seconds:>8.2f} | {seconds / our_seconds:>8.0f} x{worse}",
            flush=True,
        )


if __name__ == "__main__":
    main()
