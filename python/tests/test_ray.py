"""Nodes of Ray on this machine, killed midway: the merged file is that of a single process, byte for byte.

Runs only where .ci/ray says so (GOLDENHOUR_RAY_TESTS=1): it needs Ray, a built goldenhour and some quiet ports.
"""

import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("GOLDENHOUR_BINARY", os.path.join(ROOT, "target", "debug", "goldenhour"))
WANTED = os.environ.get("GOLDENHOUR_RAY_TESTS") == "1"
SCENARIO = "scenarios/yuxi-now.toml"
SHARDS = 16
SIZE = ["--replications", "48", "--days", os.environ.get("GOLDENHOUR_RAY_DAYS", "500")]
SMALL = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}

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

    def begun(self, node):
        """Shards that began on a node."""
        return [n for what, on, n, _ in self.read() if what == "begin" and on == node]

    def ended(self, node):
        """Shards that ended on a node."""
        return [n for what, on, n, _ in self.read() if what == "end" and on == node]

    def running(self, node, seconds=0.0):
        """Shards that began on a node so long ago and did not end there."""
        began = {n for what, on, n, at in self.read() if what == "begin" and on == node and time.time() - at >= seconds}
        return sorted(began - set(self.ended(node)))

    def show(self, killed):
        for what, node, shard, at in self.read():
            print(f"{what:5} {node:8} shard {shard:2} {at - killed:+7.2f} s after the kill", flush=True)


@unittest.skipUnless(WANTED, "GOLDENHOUR_RAY_TESTS=1 is not set: see .ci/ray")
class KilledNode(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # A token of these tests alone: newer Rays want one, older ones do not look.
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32), RAY_USAGE_STATS_ENABLED="0")
        os.environ["NOTED_NODE"] = "driver"
        from ray.cluster_utils import Cluster

        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        single = os.path.join(folder.name, "single.ghr")
        subprocess.run([BINARY, "batch", SCENARIO, *SIZE, "--out", single], cwd=ROOT, check=True)
        with open(single, "rb") as file:
            cls.single = file.read()
        begun = time.monotonic()
        # A node counts as lost after 6 s of silence, not 15.
        sooner = {
            "health_check_initial_delay_ms": 0,
            "health_check_period_ms": 1000,
            "health_check_failure_threshold": 6,
        }
        head = {**SMALL, "env_vars": {"NOTED_NODE": "first"}, "_system_config": sooner}
        cls.cluster = Cluster(initialize_head=True, head_node_args=head)
        cls.addClassCleanup(cls.cluster.shutdown)
        print(f"a head node after {time.monotonic() - begun:.1f} s", flush=True)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.out = os.path.join(self.folder, "all.ghr")
        self.notes = Notes(os.path.join(self.folder, "notes"))
        self.noting = os.path.join(self.folder, "goldenhour")
        with open(self.noting, "w", encoding="utf-8") as file:
            file.write(NOTING.format(binary=BINARY, notes=self.notes.path))
        os.chmod(self.noting, os.stat(self.noting).st_mode | stat.S_IXUSR)

    def second_node(self):
        """A further node; the processes it consists of are found when they are to be killed."""
        node = self.cluster.add_node(**SMALL, env_vars={"NOTED_NODE": "second"})
        self.addCleanup(self.kill_node, node)
        return node

    @staticmethod
    def kill_node(node):
        """SIGKILL to all processes of a node; how many, and when."""
        raylet = node.all_processes.get("raylet")
        pids = family(raylet[0].process.pid) if raylet and raylet[0].process.poll() is None else []
        kill(pids)
        return len(pids), time.time()

    def driver(self, *more, scenario=SCENARIO, binary=None):
        """The driver as a user starts it."""
        environment = {**os.environ, "PYTHONPATH": os.path.join(ROOT, "python")}
        command = [sys.executable, "-m", "goldenhour_ray", scenario, *SIZE, "--shards", str(SHARDS), "--out", self.out]
        command += ["--binary", binary or self.noting, "--address", self.cluster.address, *more]
        self.log = os.path.join(self.folder, "driver.log")
        with open(self.log, "w", encoding="utf-8") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def said(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read()

    def wait_for(self, what, seconds, process=None):
        """Waits until something holds; fails if the driver ends before."""
        until = time.monotonic() + seconds
        while not what():
            if process:
                self.assertIsNone(process.poll(), self.said())
            self.assertLess(time.monotonic(), until, "it did not come to that")
            time.sleep(0.02)

    def check_merged(self):
        with open(self.out, "rb") as file:
            self.assertEqual(file.read(), self.single, "the merged file is not that of a single process")
        self.assertGreater(len(self.single), 100_000)
        print(f"{len(self.single)} bytes, the same as those of a single process", flush=True)

    def test_a_node_killed_at_work_changes_nothing(self):
        node = self.second_node()
        process = self.driver()
        # Midway: the node has delivered shards and has been at work on another one for a while.
        self.wait_for(lambda: len(self.notes.ended("second")) >= 2 and self.notes.running("second", 0.4), 90, process)
        processes, killed = self.kill_node(node)
        cut, done = self.notes.running("second"), self.notes.ended("second")
        print(
            f"killed {processes} processes of the second node; done there: {done}, being run there: {cut}", flush=True
        )
        self.assertEqual(process.wait(120), 0, self.said())
        self.notes.show(killed)
        print(self.said(), flush=True)
        self.assertGreaterEqual(len(cut), 1, "nothing was running on the node when it was killed")
        for shard in cut:
            again = [row for row in self.notes.read() if row[:3] == ("begin", "first", shard) and row[3] > killed]
            self.assertTrue(again, f"shard {shard} was not run again on the first node")
        self.check_merged()
        self.assertFalse(os.path.exists(self.out + ".shards"), "shards were left behind")

    def test_finished_shards_that_go_with_their_node_are_made_again(self):
        import ray

        from goldenhour_ray import __main__, driver, ray_backend

        node = self.second_node()
        command = [
            os.path.join(ROOT, SCENARIO),
            *SIZE,
            "--shards",
            str(SHARDS),
            "--out",
            self.out,
            "--binary",
            self.noting,
        ]
        plan = driver.Plan(__main__.parse(command))
        plan.look()
        os.makedirs(plan.work())
        backend = ray_backend.RayBackend(self.cluster.address, 5, 1, None)
        self.addCleanup(ray.shutdown)
        results = backend.run(plan.missing(), plan.task_arguments)
        # Nobody fetches what is finished while this test holds the first result in its hand.
        taken = [next(results)]
        self.wait_for(lambda: len(self.notes.ended("second")) >= 4, 90)
        time.sleep(0.3)
        _, killed = self.kill_node(node)
        done = self.notes.ended("second")
        taken += list(results)
        self.notes.show(killed)
        again = sorted(set(done) & {row[2] for row in self.notes.read() if row[1] == "first" and row[3] > killed})
        print(f"finished on the second node: {done}; of these made again on the first: {again}", flush=True)
        self.assertTrue(again, "no finished shard was lost")
        for number, result in taken:
            driver.write_whole(plan.file(number), result["bytes"])
        plan.merge()
        self.check_merged()

    def test_a_killed_driver_goes_on_with_what_is_in_the_shared_folder(self):
        shared = os.path.join(self.folder, "shared")
        process = self.driver("--shared-dir", shared)
        self.wait_for(lambda: len(self.notes.ended("first")) >= 3, 90, process)
        process.kill()
        process.wait()
        before = len(self.notes.begun("first"))
        self.assertLess(before, SHARDS)
        self.assertEqual(self.driver("--shared-dir", shared).wait(120), 0, self.said())
        self.assertIn("shards are in", self.said())
        twice = SHARDS - len(set(self.notes.begun("first"))), len(self.notes.begun("first")) - SHARDS
        print(f"{before} shards were begun before the driver was killed, {twice[1]} run twice", flush=True)
        self.assertEqual(twice[0], 0)
        self.assertLessEqual(twice[1], 1, "finished shards were run again")
        self.check_merged()

    def test_ray_carries_a_folder_to_the_nodes(self):
        carried = os.path.join(self.folder, "carried")
        for part in ("scenarios", "networks"):
            shutil.copytree(os.path.join(ROOT, part), os.path.join(carried, part))
        shutil.copy2(self.noting, carried)
        process = self.driver("--working-dir", carried, binary="./goldenhour", scenario=os.path.join(carried, SCENARIO))
        self.assertEqual(process.wait(120), 0, self.said())
        self.check_merged()


if __name__ == "__main__":
    unittest.main(verbosity=2)
