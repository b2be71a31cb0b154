"""The bare model of `benches/simulation.rs` for simpy: the same tables, a plain process per call.

    python3 simpy_bare.py TABLES.json

Prints phone calls, seconds of processor time (tables read and units set up before the clock starts) and mean travel time.
"""
import json
import random
import sys
import time

import simpy


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        m = json.load(file)
    rng = random.Random(1)
    env = simpy.Environment()
    seats = simpy.Resource(env, capacity=m["seats"])
    unit_posts = m["unit_posts"]
    # Idle units by post, the one that has rested longest first; calls that wait for a unit.
    idle = {}
    for unit, post in enumerate(unit_posts):
        idle.setdefault(post, []).append(unit)
    waiting = []
    points = range(len(m["weights"]))
    cumulative = []
    total = 0.0
    for weight in m["weights"]:
        total += weight
        cumulative.append(total)
    categories = range(len(m["category_shares"]))
    shares = m["category_shares"]
    per_dispatch = m["phone_calls_per_dispatch"]
    rate = total * per_dispatch / 86400.0
    start = m["warmup_days"] * 86400.0
    end = start + m["days"] * 86400.0
    count = {"calls": 0, "travelled": 0, "travel": 0.0}
    to_point, hospital = m["to_point"], m["hospital"]
    home_from_point, home_from_hospital = m["home_from_point"], m["home_from_hospital"]

    def nearest(point):
        times = to_point[point]
        best, least = None, None
        for post, units in idle.items():
            if units:
                t = times[post]
                if t is not None and (least is None or t < least):
                    best, least = post, t
        return (None, None) if best is None else (idle[best].pop(0), least)

    def job(unit, travel, point, category, measured):
        yield env.timeout(m["turnout"])
        yield env.timeout(travel)
        if measured:
            count["travelled"] += 1
            count["travel"] += travel
        post = unit_posts[unit]
        to = hospital[point][category] if rng.random() < m["transport"] else None
        if to is None:
            yield env.timeout(m["scene_left"])
            back = home_from_point[point][post]
        else:
            yield env.timeout(m["scene"])
            yield env.timeout(to[1])
            yield env.timeout(m["handover"])
            yield env.timeout(m["clear"])
            back = home_from_hospital[to[0]][post]
        yield env.timeout(back)
        idle[post].append(unit)
        if waiting:
            serve(*waiting.pop(0))

    def serve(point, category, measured):
        unit, travel = nearest(point)
        if unit is None:
            waiting.append((point, category, measured))
        else:
            env.process(job(unit, travel, point, category, measured))

    def call(point, category, dispatch, measured):
        with seats.request() as seat:
            yield seat
            yield env.timeout(m["pickup"])
            yield env.timeout(m["handling"] if dispatch else m["handling_no_dispatch"])
            if dispatch:
                serve(point, category, measured)
            yield env.timeout(m["wrapup"])

    def telephone():
        while True:
            yield env.timeout(rng.expovariate(rate))
            if env.now >= end:
                return
            measured = env.now >= start
            count["calls"] += measured
            point = rng.choices(points, cum_weights=cumulative)[0]
            category = rng.choices(categories, weights=shares)[0]
            env.process(call(point, category, rng.random() < 1.0 / per_dispatch, measured))

    env.process(telephone())
    begin = time.process_time()
    env.run()
    seconds = time.process_time() - begin
    print(json.dumps({
        "simpy": simpy.__version__,
        "phone_calls": count["calls"],
        "seconds": seconds,
        "mean_travel_s": count["travel"] / max(count["travelled"], 1),
    }))


main()
