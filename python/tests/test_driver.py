"""The driver without Ray: what is typed, what is tried again, what a restart takes up.

A small program stands in for goldenhour, and a loop that retries as Ray does stands in for the cluster.
"""

import contextlib
import io
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from goldenhour_ray import __main__ as program  # noqa: E402
from goldenhour_ray import driver, ray_backend, task  # noqa: E402

# Behaves as told by the scenario, which is JSON here: {"refuse": true}, {"kill": {"3": 2}} (shard 3 dies twice),
# {"exit": {"2": 3}} (shard 2 always ends with 3), {"full": {"2": 1}} (shard 2 meets a full disk once).
STAND_IN = """#!{python}
import json, os, signal, sys
here = {here!r}
def note(text):
    with open(os.path.join(here, "notes"), "a") as file:
        file.write(text + "\\n")
arguments = sys.argv[1:]
out = arguments[arguments.index("--out") + 1]
if arguments[0] == "merge":
    files = arguments[1 : arguments.index("--out")]
    with open(out, "w") as file:
        file.write("".join(sorted(open(one).read() for one in files)))
    sys.exit(0)
told = json.load(open(arguments[1]))
shard, of = arguments[arguments.index("--shard") + 1].split("/")
note(" ".join(arguments) if of == "4294967295" else "shard " + shard)
if told.get("refuse") or (told.get("refuse_shard") == shard and of != "4294967295"):
    print("this scenario is bad", file=sys.stderr)
    sys.exit(2)
attempt = open(os.path.join(here, "notes")).read().splitlines().count("shard " + shard)
if 0 < attempt <= told.get("kill", {{}}).get(shard, 0):
    os.kill(os.getpid(), signal.SIGKILL)
if 0 < attempt <= told.get("full", {{}}).get(shard, 0):
    print("cannot write shard.ghr.part: No space left on device", file=sys.stderr)
    sys.exit(4)
if shard in told.get("exit", {{}}):
    print("it went wrong", file=sys.stderr)
    sys.exit(told["exit"][shard])
with open(out, "w") as file:
    file.write("shard %2s of %s\\n" % (shard, of))
print(json.dumps({{"digest": told.get("digest", "00112233445566778899")}}))
"""


class Retrying:
    """Runs shards one after the other in this process, and tries again what was raised, as Ray does."""

    def __init__(self, retries, stop_before=None):
        self.retries = retries
        self.stop_before = stop_before
        self.closed = False

    def nodes(self):
        return 1

    def run(self, shards, arguments):
        for number in shards:
            if number == self.stop_before:
                raise KeyboardInterrupt
            for attempt in range(self.retries + 1):
                try:
                    yield number, {**task.run_shard(*arguments(number)), "where": "here"}
                    break
                except task.ShardFailed as error:
                    if attempt == self.retries:
                        yield number, error

    def close(self):
        self.closed = True


class Driver(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.binary = os.path.join(self.folder, "goldenhour")
        with open(self.binary, "w", encoding="utf-8") as file:
            file.write(STAND_IN.format(python=sys.executable, here=self.folder))
        os.chmod(self.binary, os.stat(self.binary).st_mode | stat.S_IXUSR)
        self.out = os.path.join(self.folder, "all.ghr")
        self.scenario = os.path.join(self.folder, "scenario.toml")
        self.tell({})
        self.said = []

    def tell(self, told):
        with open(self.scenario, "w", encoding="utf-8") as file:
            json.dump(told, file)

    def attempts(self):
        """Shards in the order in which they were run."""
        with open(os.path.join(self.folder, "notes"), encoding="utf-8") as file:
            return [int(line.split()[1]) for line in file if line.startswith("shard ")]

    def options(self, *more):
        return program.parse(
            [self.scenario, "--replications", "20", "--shards", "4", "--out", self.out, "--binary", self.binary, *more]
        )

    def drive(self, *more, stop_before=None):
        options = self.options(*more)
        self.backends = []

        def backend():
            self.backends.append(Retrying(options.retries, stop_before))
            return self.backends[-1]

        driver.drive(options, backend, self.said.append)

    def merged(self):
        with open(self.out, encoding="utf-8") as file:
            return file.read()

    WHOLE = "".join(f"shard {n:2} of 4\n" for n in range(1, 5))

    def test_all_shards_are_run_once_and_merged(self):
        self.drive()
        self.assertEqual(self.merged(), self.WHOLE)
        self.assertEqual(self.attempts(), [1, 2, 3, 4])
        self.assertFalse(os.path.exists(self.out + ".shards"))
        self.assertTrue(self.backends[0].closed)

    def test_a_killed_shard_is_tried_again(self):
        self.tell({"kill": {"2": 3}})
        self.drive("--retries", "3")
        self.assertEqual(self.merged(), self.WHOLE)
        self.assertEqual(self.attempts(), [1, 2, 2, 2, 2, 3, 4])

    def test_a_shard_that_met_a_full_disk_is_tried_again(self):
        self.tell({"full": {"2": 2}})
        self.drive("--retries", "2")
        self.assertEqual(self.merged(), self.WHOLE)
        self.assertEqual(self.attempts(), [1, 2, 2, 2, 3, 4])

    def test_a_shard_that_finds_no_room_anywhere_says_where(self):
        self.tell({"full": {"2": 99}})
        with self.assertRaises(driver.Fault) as caught:
            self.drive("--retries", "1")
        self.assertEqual(caught.exception.code, 1)
        said = str(caught.exception)
        self.assertIn(f"shard 2/4: {socket.gethostname()} could not write", said)
        self.assertIn("No space left", said)

    def test_a_full_disk_of_the_drivers_own_machine_has_its_exit_code(self):
        with mock.patch.object(driver, "write_whole", side_effect=OSError(28, "No space left on device")):
            with mock.patch.object(program, "RayBackend", lambda *_: Retrying(0)):
                with contextlib.redirect_stderr(io.StringIO()) as said:
                    counts = ["--replications", "20", "--shards", "4"]
                    code = program.main([self.scenario, *counts, "--out", self.out, "--binary", self.binary])
        self.assertEqual(code, 4)
        self.assertIn("No space left", said.getvalue())

    def test_a_shard_that_is_always_killed_fails_and_the_others_are_kept(self):
        self.tell({"kill": {"2": 99}})
        with self.assertRaises(driver.Fault) as caught:
            self.drive("--retries", "2")
        self.assertEqual(caught.exception.code, 1)
        self.assertIn("shard 2/4: killed by SIGKILL", str(caught.exception))
        self.assertFalse(os.path.exists(self.out))
        self.assertEqual(self.attempts(), [1, 2, 2, 2, 3, 4])
        self.tell({})
        self.drive()
        self.assertEqual(self.attempts(), [1, 2, 2, 2, 3, 4, 2], "only the missing one is run")
        self.assertEqual(self.merged(), self.WHOLE)

    def test_an_internal_error_is_tried_again(self):
        self.tell({"exit": {"3": 3}})
        with self.assertRaises(driver.Fault) as caught:
            self.drive("--retries", "1")
        self.assertIn("exit code 3: it went wrong", str(caught.exception))
        self.assertEqual(self.attempts(), [1, 2, 3, 3, 4])

    def test_bad_input_shows_before_anything_is_handed_out(self):
        self.tell({"refuse": True})
        with self.assertRaises(driver.Fault) as caught:
            self.drive()
        self.assertEqual(caught.exception.code, 2)
        self.assertEqual((self.backends, self.attempts()), ([], []))

    def test_bad_input_on_a_node_is_not_tried_again_and_its_message_is_shown(self):
        self.tell({"refuse_shard": "2"})
        with self.assertRaises(driver.Fault) as caught:
            self.drive()
        self.assertIn("this scenario is bad", str(caught.exception))
        self.assertEqual(self.attempts(), [1, 2])
        self.assertTrue(self.backends[0].closed)

    def test_a_node_with_another_scenario_is_found_out(self):
        plan = driver.Plan(self.options())
        plan.look()
        self.tell({"digest": "another"})
        result = task.run_shard(*plan.task_arguments(1))
        self.assertIn("digest another, not 00112233445566778899", result["refused"])

    def test_a_node_without_the_program_is_found_out(self):
        result = task.run_shard("no-such-program", [], 1, 4, "x", None)
        self.assertIn("there is no program no-such-program", result["refused"])

    @unittest.skipUnless(task.command_line("x")[:-1], "no setpriv here: processes may outlive their workers")
    def test_the_program_does_not_outlive_its_worker(self):
        pid = os.path.join(self.folder, "pid")
        with open(self.binary, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\necho $$ > {pid}.new; mv {pid}.new {pid}\nexec sleep 60\n")
        call = f"from goldenhour_ray import task; task.run_shard({self.binary!r}, [], 1, 1, 'x', None)"
        package = os.path.dirname(os.path.dirname(os.path.abspath(task.__file__)))
        worker = subprocess.Popen([sys.executable, "-c", call], cwd=package)
        self.addCleanup(worker.wait)
        self.addCleanup(worker.kill)
        self.wait_for(lambda: os.path.exists(pid))
        with open(pid, encoding="utf-8") as file:
            child = file.read().strip()
        worker.kill()
        self.wait_for(lambda: not self.alive(child))

    @staticmethod
    def alive(pid):
        """Whether a process runs; one that nobody has asked after (a zombie) does not."""
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                return file.read().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    def wait_for(self, what):
        until = time.monotonic() + 20
        while not what():
            self.assertLess(time.monotonic(), until, "it did not come to that")
            time.sleep(0.02)

    def test_a_restart_takes_up_what_is_finished(self):
        with self.assertRaises(KeyboardInterrupt):
            self.drive(stop_before=3)
        self.assertTrue(self.backends[0].closed)
        self.drive()
        self.assertEqual(self.attempts(), [1, 2, 3, 4])
        self.assertEqual(self.merged(), self.WHOLE)
        self.assertTrue(any(text.startswith("2 of 4 shards are in ") for text in self.said))

    def test_a_restart_with_other_inputs_takes_up_nothing(self):
        with self.assertRaises(KeyboardInterrupt):
            self.drive(stop_before=3)
        self.tell({"digest": "another-scenario"})
        self.drive()
        self.assertEqual(self.attempts(), [1, 2, 1, 2, 3, 4])

    def test_no_cluster_is_asked_when_all_is_there(self):
        self.drive("--keep-shards")
        os.unlink(self.out)
        self.drive()
        self.assertEqual((self.backends, self.merged()), ([], self.WHOLE))

    def test_a_shared_folder_keeps_shards_that_the_driver_never_saw(self):
        shared = os.path.join(self.folder, "shared")
        plan = driver.Plan(self.options("--shared-dir", shared))
        plan.look()
        self.assertEqual(task.run_shard(*plan.task_arguments(3)), {"bytes": None})
        self.assertEqual(os.listdir(plan.work()), ["shard-3-of-4.ghr"], "no work in progress is left beside it")
        self.assertEqual(task.run_shard(*plan.task_arguments(3)), {"bytes": None})
        self.drive("--shared-dir", shared)
        self.assertEqual(self.attempts(), [3, 1, 2, 4])
        self.assertEqual((self.merged(), os.listdir(shared)), (self.WHOLE, []))

    def test_options_of_batch_go_through(self):
        self.drive("--days", "7", "--seed", "11", "--cpus-per-shard", "2", "--later-option", "5")
        with open(os.path.join(self.folder, "notes"), encoding="utf-8") as file:
            first = file.readline()
        self.assertIn("--replications 20 --threads 2 --days 7 --seed 11 --later-option 5 --shard 1/", first)

    def test_a_working_dir_makes_paths_relative(self):
        plan = driver.Plan(self.options("--working-dir", self.folder))
        self.assertEqual((plan.binary, plan.arguments[0]), ("./goldenhour", "./scenario.toml"))
        plan.look()
        with tempfile.TemporaryDirectory() as elsewhere, self.assertRaises(driver.Fault):
            driver.Plan(self.options("--working-dir", elsewhere))

    def test_paths_are_meant_from_the_working_dir_first(self):
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        job = os.path.join(self.folder, "job")
        os.mkdir(job)
        for name in ("scenario.toml", "goldenhour"):
            shutil.copy2(os.path.join(self.folder, name), job)
        os.chdir(self.folder)  # where files of the same names lie
        arguments = [
            "scenario.toml",
            "--replications",
            "8",
            "--shards",
            "2",
            "--out",
            self.out,
            "--binary",
            "./goldenhour",
        ]
        plan = driver.Plan(program.parse([*arguments, "--working-dir", "job"]))
        self.assertEqual((plan.binary, plan.arguments[0]), ("./goldenhour", "./scenario.toml"))
        self.assertEqual(plan.local_binary(), os.path.join(job, "goldenhour"))
        os.chdir(job)
        plan = driver.Plan(program.parse([*arguments, "--working-dir", "."]))
        self.assertEqual(plan.arguments[0], "./scenario.toml")


class Arguments(unittest.TestCase):
    GOOD = ["s.toml", "--replications", "8", "--shards", "4", "--out", "x.ghr"]

    def refused(self, arguments):
        """The message that arguments are refused with."""
        err = io.StringIO()
        with contextlib.redirect_stderr(err), self.assertRaises(SystemExit) as caught:
            program.parse(arguments)
        self.assertEqual(caught.exception.code, 2)
        return err.getvalue()

    def test_what_makes_no_sense_is_refused(self):
        self.assertEqual(program.parse(self.GOOD).retries, 5)
        self.assertIn("--shards 9 is more than --replications 8", self.refused(self.GOOD + ["--shards", "9"]))
        self.assertIn("at least 1", self.refused(self.GOOD + ["--shards", "0"]))
        self.assertIn("not be negative", self.refused(self.GOOD + ["--retries", "-1"]))
        self.assertIn("is no folder", self.refused(self.GOOD + ["--working-dir", "/no/such"]))
        for option in ("--shard", "--resume", "--json", "--shard=1/2"):
            self.assertIn("set by the driver itself", self.refused(self.GOOD + [option]))
        self.assertIn("--replications", self.refused(["s.toml", "--shards", "4", "--out", "x.ghr"]))

    def test_faults_end_with_a_sentence(self):
        err = io.StringIO()
        with contextlib.redirect_stderr(err):
            code = program.main(self.GOOD + ["--binary", "no-such-program"])
        self.assertEqual((code, err.getvalue().count("\n")), (2, 1))
        self.assertIn("there is no program no-such-program", err.getvalue())

    def test_without_ray_it_says_how_to_get_it(self):
        with mock.patch.dict(sys.modules, {"ray": None}), self.assertRaises(ray_backend.Unavailable) as caught:
            ray_backend.RayBackend("auto", 5, 1, None)
        self.assertIn("pip install ray", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
