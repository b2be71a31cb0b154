"""From options to one file: looks at the input, hands out shards, keeps what comes back, merges."""

import os
import shutil
import subprocess
import tempfile
import time

from . import task


class Fault(Exception):
    """Something that the person has to mend; the message says what. `code` is the exit code."""

    def __init__(self, message, code=2):
        super().__init__(message)
        self.code = code


def write_whole(path, data):
    """Writes a file so that it is there only when it is whole."""
    handle, temporary = tempfile.mkstemp(prefix=".shard-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


class Plan:
    """What is to be run, and where its pieces are kept."""

    def __init__(self, options):
        self.shards = options.shards
        self.replications = options.replications
        self.binary = self._within(options.binary, options.working_dir) if os.sep in options.binary else options.binary
        scenario = self._within(options.scenario, options.working_dir)
        self.arguments = [scenario, "--replications", str(self.replications), "--threads", str(options.cpus_per_shard)]
        for name in ("days", "seed"):
            if getattr(options, name) is not None:
                self.arguments += [f"--{name}", getattr(options, name)]
        self.arguments += options.batch_options
        self.folder = options.working_dir or os.getcwd()
        self.out = os.path.abspath(options.out)
        self.shared = os.path.abspath(options.shared_dir) if options.shared_dir else None
        self.digest = None

    @staticmethod
    def _within(path, working_dir):
        """The path as the nodes see it: absolute, or relative to the folder that Ray carries to them."""
        if not working_dir:
            return os.path.abspath(path)
        # Meant from that folder; what is only there from here is fine if it lies within.
        inside = os.path.join(working_dir, path)
        path = os.path.normpath(inside) if os.path.exists(inside) else os.path.abspath(path)
        relative = os.path.relpath(path, working_dir)
        if relative.startswith(os.pardir):
            raise Fault(f"{path} is not within --working-dir {working_dir}: nodes would not have it")
        return os.path.join(os.curdir, relative)

    def local_binary(self):
        """The program on this machine."""
        path = os.path.join(self.folder, self.binary) if os.sep in self.binary else self.binary
        program = shutil.which(path)
        if program is None:
            raise Fault(f"there is no program {self.binary}: put goldenhour on the PATH, or name it with --binary")
        return os.path.abspath(program)

    def look(self):
        """Lets goldenhour read all input once, before any node does: faults show here, and it gives the digest."""
        with tempfile.TemporaryDirectory() as folder:
            # The first of so many shards holds no replication at all.
            command = [self.local_binary(), "batch", *self.arguments, "--shard", "1/4294967295", "--json"]
            command += ["--out", os.path.join(folder, "nothing.ghr")]
            done = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, encoding="utf-8")
        if done.returncode == task.MACHINE:
            raise Fault("goldenhour batch could not write or read a file on this machine; see above", code=task.MACHINE)
        if done.returncode != 0:
            raise Fault(f"goldenhour batch refuses this (exit code {done.returncode}); see above")
        self.digest = task.digest_of(done)
        if self.digest is None:
            raise Fault(f"{self.binary} gave no digest: is it a goldenhour that has `batch --json`?")

    def work(self):
        """Where finished shards are kept. Its name says what they are of, so that a restart never takes up others."""
        name = f"{self.digest[:16]}-r{self.replications}-s{self.shards}"
        return os.path.join(self.shared or self.out + ".shards", name)

    def file(self, number):
        """The file of a shard."""
        return os.path.join(self.work(), f"shard-{number}-of-{self.shards}.ghr")

    def missing(self):
        """Shards that are not there yet."""
        return [number for number in range(1, self.shards + 1) if not os.path.exists(self.file(number))]

    def task_arguments(self, number):
        """Arguments of `task.run_shard`."""
        shared = self.work() if self.shared else None
        return (self.binary, self.arguments, number, self.shards, self.digest, shared)

    def merge(self):
        """Puts the shards together."""
        files = [self.file(number) for number in range(1, self.shards + 1)]
        code = subprocess.run([self.local_binary(), "merge", *files, "--out", self.out]).returncode
        if code == task.MACHINE:
            raise Fault(f"goldenhour merge could not write {self.out}; see above. The shards are kept", code=code)
        if code != 0:
            raise Fault("goldenhour merge refuses these shards; see above")

    def clear(self):
        """Removes the shards of this plan, and the folder around them if it holds nothing else."""
        shutil.rmtree(self.work(), ignore_errors=True)
        if not self.shared:
            try:
                os.rmdir(os.path.dirname(self.work()))
            except OSError:
                pass


def drive(options, make_backend, say):
    """Runs what is missing and merges. `make_backend()` gives what runs shards; it is not called if all is there."""
    plan = Plan(options)
    plan.look()
    missing = plan.missing()
    there = options.shards - len(missing)
    if there:
        say(f"{there} of {options.shards} shards are in {plan.work()} from an earlier run")
    if missing:
        backend = make_backend()
        try:
            os.makedirs(plan.work(), exist_ok=True)
            failed = hand_out(plan, backend, missing, say)
        finally:
            backend.close()
        if failed:
            listed = "\n".join(f"  shard {number}/{plan.shards}: {why}" for number, why in sorted(failed.items()))
            raise Fault(
                f"{len(failed)} of {plan.shards} shards came to no end, tried {options.retries + 1} times:\n{listed}\n"
                "the others are kept; the same command runs only these",
                code=1,
            )
    plan.merge()
    if not options.keep_shards:
        plan.clear()


def hand_out(plan, backend, missing, say):
    """Runs shards and keeps what comes back. The shards that came to no end, with the reason."""
    nodes = backend.nodes()
    say(f"{len(missing)} shards on {nodes} node{'s' if nodes != 1 else ''}")
    begun = time.monotonic()
    failed = {}
    for count, (number, result) in enumerate(backend.run(missing, plan.task_arguments), 1):
        if isinstance(result, Exception):
            failed[number] = reason_of(result)
            say(f"shard {number}/{plan.shards} failed: {failed[number]}")
            continue
        where = result.get("where", "?")
        if "refused" in result:
            # The others would fare no better: stop at once.
            reason = f"cannot be run, and trying again would not help:\n{result['refused']}"
            raise Fault(f"shard {number}/{plan.shards} on {where} {reason}")
        if result["bytes"] is not None:
            write_whole(plan.file(number), result["bytes"])
        left = (time.monotonic() - begun) / count * (len(missing) - count)
        say(f"[{count}/{len(missing)}] shard {number}/{plan.shards} done on {where}, about {duration(left)} left")
    return failed


def reason_of(error):
    """One line on why a shard came to no end. What a task raised, Ray hands on with a trace around it."""
    text = str(getattr(error, "cause", None) or error).strip()
    return text.splitlines()[-1] if text else repr(error)


def duration(seconds):
    """A time for people."""
    return (
        f"{seconds:.0f} s"
        if seconds < 90
        else f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
    )
