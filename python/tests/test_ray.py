"""Two nodes of Ray on this machine, one of them killed midway: the merged file is that of a single process, byte for byte.

Runs only where .ci/ray says so (GOLDENHOUR_RAY_TESTS=1): it needs Ray, a built goldenhour and some quiet ports.
"""

import os
import secrets
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("GOLDENHOUR_BINARY", os.path.join(ROOT, "target", "debug", "goldenhour"))
WANTED = os.environ.get("GOLDENHOUR_RAY_TESTS") == "1"
SHARDS = 16
RUN = ["scenarios/yuxi-now.toml", "--replications", "48", "--days", os.environ.get("GOLDENHOUR_RAY_DAYS", "700")]

# Stands between a task and goldenhour: notes when and on which node a shard begins and ends.
NOTING = """#!/bin/sh
case "$1" in merge) exec "{binary}" "$@" ;; esac
shard=$(echo "$*" | sed 's/.*--shard \\([0-9]*\\).*/\\1/')
echo "begin $NOTED_NODE $shard $(date +%s.%N)" >> "{notes}"
"{binary}" "$@"
code=$?
echo "end $NOTED_NODE $shard $(date +%s.%N)" >> "{notes}"
exit $code
"""


def family(pid):
    """A process and all that it started, as /proc has it."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry))
    found, open_ = [], [pid]
    while open_:
        one = open_.pop()
        found.append(one)
        open_.extend(children.get(one, []))
    return found


def kill(pids):
    """SIGKILL to all, as close together as can be: what a machine does that loses its power."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


class Notes:
    """What the tasks noted: (begin or end, node, shard, time)."""

    def __init__(self, path):
        self.path = path

    def read(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path, encoding="utf-8") as file:
            rows = [line.split() for line in file.read().splitlines()]
        return [(what, node, int(shard), float(at)) for what, node, shard, at in rows if node != "driver"]

    def running(self, node):
        """Shards that began on a node and did not end there."""
        began = [n for what, on, n, _ in self.read() if what == "begin" and on == node]
        ended = [n for what, on, n, _ in self.read() if what == "end" and on == node]
        return sorted(set(began) - set(ended))

    def ended(self, node):
        return [n for what, on, n, _ in self.read() if what == "end" and on == node]


@unittest.skipUnless(WANTED, "GOLDENHOUR_RAY_TESTS=1 is not set: see .ci/ray")
class KilledNode(unittest.TestCase):
    def setUp(self):
        # A token of this test alone: newer Rays want one, older ones do not look.
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32), RAY_USAGE_STATS_ENABLED="0")
        os.environ["NOTED_NODE"] = "driver"
        from ray.cluster_utils import Cluster

        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.notes = Notes(os.path.join(self.folder, "notes"))
        self.noting = os.path.join(self.folder, "goldenhour")
        with open(self.noting, "w", encoding="utf-8") as file:
            file.write(NOTING.format(binary=BINARY, notes=self.notes.path))
        os.chmod(self.noting, os.stat(self.noting).st_mode | stat.S_IXUSR)
        begun = time.monotonic()
        small = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}
        self.cluster = Cluster(initialize_head=True, head_node_args={**small, "env_vars": {"NOTED_NODE": "first"}})
        self.addCleanup(self.cluster.shutdown)
        self.second = self.cluster.add_node(**small, env_vars={"NOTED_NODE": "second"})
        print(f"two nodes after {time.monotonic() - begun:.1f} s", flush=True)

    def driver(self, out, *more):
        """The driver as a user starts it."""
        environment = {**os.environ, "PYTHONPATH": os.path.join(ROOT, "python")}
        command = [sys.executable, "-m", "goldenhour_ray", *RUN, "--shards", str(SHARDS), "--out", out]
        command += ["--binary", self.noting, "--address", self.cluster.address, *more]
        self.log = os.path.join(self.folder, "driver.log")
        with open(self.log, "w", encoding="utf-8") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(process.kill)
        return process

    def said(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read()

    def wait_for(self, what, seconds, process):
        """Waits until something holds; fails if the driver ends before."""
        until = time.monotonic() + seconds
        while not what():
            self.assertIsNone(process.poll(), self.said())
            self.assertLess(time.monotonic(), until, self.said())
            time.sleep(0.02)

    def test_a_killed_node_changes_nothing(self):
        out = os.path.join(self.folder, "all.ghr")
        process = self.driver(out)
        # Midway: the second node has delivered shards and is at work on another one.
        self.wait_for(lambda: len(self.notes.ended("second")) >= 2 and self.notes.running("second"), 90, process)
        pids = family(self.second.all_processes["raylet"][0].process.pid)
        kill(pids)
        killed = time.time()
        cut = self.notes.running("second")
        delivered = self.notes.ended("second")
        print(f"killed {len(pids)} processes of the second node; done there: {delivered}, being run there: {cut}", flush=True)
        self.assertEqual(process.wait(120), 0, self.said())

        for row in self.notes.read():
            print("%-5s %-6s shard %2d %+7.2f s after the kill" % (*row[:3], row[3] - killed), flush=True)
        print(self.said(), flush=True)
        self.assertGreaterEqual(len(cut), 1, "nothing was running on the node when it was killed")
        for shard in cut:
            self.assertTrue(
                any(row[:3] == ("begin", "first", shard) and row[3] > killed for row in self.notes.read()),
                f"shard {shard} was not run again on the first node",
            )
        self.assertFalse([row for row in self.notes.read() if row[1] == "second" and row[3] > killed + 1])

        single = os.path.join(self.folder, "single.ghr")
        subprocess.run([BINARY, "batch", *RUN, "--out", single], cwd=ROOT, check=True)
        with open(out, "rb") as merged, open(single, "rb") as whole:
            merged, whole = merged.read(), whole.read()
        self.assertEqual(merged, whole, "the merged file is not that of a single process")
        self.assertGreater(len(whole), 100_000)
        self.assertFalse(os.path.exists(out + ".shards"), "shards were left behind")
        print(f"{len(whole)} bytes, the same as those of a single process", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
