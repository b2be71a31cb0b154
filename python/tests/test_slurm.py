"""The example for Slurm, with a stand-in for Slurm: all tasks of an array are run here, one after the other.

Runs only with a built goldenhour (GOLDENHOUR_BINARY, else target/debug/goldenhour).
"""

import os
import stat
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("GOLDENHOUR_BINARY", os.path.join(ROOT, "target", "debug", "goldenhour"))
SCENARIO = os.path.join(ROOT, "scenarios", "yuxi-now.toml")

SBATCH = """#!/bin/bash
# Knows what submit.sh uses: an array with a script, or --wrap with a dependency.
while [ $# -gt 0 ]; do
  case "$1" in
    --array=1-*) count=${1#--array=1-} ;;
    --output=*) output=${1#--output=} ;;
    --wrap) wrapped=$2; shift ;;
    -*) ;;
    *) script=$1 ;;
  esac
  shift
done
if [ -n "$wrapped" ]; then
  [ -e "$STAND_IN/failed" ] || bash -c "$wrapped" > "$output" 2>&1
  echo 2
  exit 0
fi
for ((k = 1; k <= count; k++)); do
  SLURM_ARRAY_TASK_ID=$k SLURM_JOB_ID=$((10 + k)) SLURM_ARRAY_JOB_ID=1 \\
    bash "$script" >> "${output//%a/$k}" 2>&1 || touch "$STAND_IN/failed"
done
echo 1
"""

KILLED_ONCE = """#!/bin/bash
# goldenhour, but the second shard is killed the first time.
case "$* " in
  *"--shard 2/3 "*) if [ ! -e "$STAND_IN/killed" ]; then touch "$STAND_IN/killed"; kill -9 $$; fi ;;
esac
exec "$REAL" "$@"
"""


@unittest.skipUnless(os.access(BINARY, os.X_OK), f"{BINARY} is not built")
class Slurm(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name, text in (
            ("sbatch", SBATCH),
            ("squeue", "#!/bin/sh\n"),
            ("scontrol", '#!/bin/sh\necho "$@" >> "$STAND_IN/requeued"\n'),
            ("sleep", "#!/bin/sh\n"),
            ("goldenhour", KILLED_ONCE),
        ):
            path = os.path.join(self.folder, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
        self.out = os.path.join(self.folder, "all.ghr")

    def submit(self, scenario=SCENARIO):
        environment = {
            **os.environ,
            "PATH": self.folder + os.pathsep + os.environ["PATH"],
            "STAND_IN": self.folder,
            "REAL": BINARY,
        }
        environment.pop("GOLDENHOUR", None)
        command = [os.path.join(ROOT, "examples", "cluster", "submit.sh"), scenario, "6", "3", self.out, "--days", "5"]
        return subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )

    def test_a_killed_task_asks_for_the_queue_and_the_same_command_runs_what_is_missing(self):
        first = self.submit()
        self.assertEqual(first.returncode, 0, first.stdout)
        self.assertFalse(os.path.exists(self.out))
        with open(os.path.join(self.folder, "requeued"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "requeue 1_2\n")
        os.unlink(os.path.join(self.folder, "failed"))
        second = self.submit()
        self.assertEqual(second.returncode, 0, second.stdout)
        work = second.stdout.split("logs: ")[1].strip()
        with open(os.path.join(work, "shard-1.log"), encoding="utf-8") as file:
            self.assertIn("it is there already", file.read())
        single = os.path.join(self.folder, "single.ghr")
        command = [BINARY, "batch", SCENARIO, "--replications", "6", "--days", "5", "--out", single]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with open(self.out, "rb") as merged, open(single, "rb") as whole:
            self.assertEqual(merged.read(), whole.read())

    def test_bad_input_shows_before_anything_is_submitted(self):
        done = self.submit(os.path.join(self.folder, "none.toml"))
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertFalse(os.path.exists(self.out + ".shards"))


if __name__ == "__main__":
    unittest.main()
