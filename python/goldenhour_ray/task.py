"""What runs on a node: one shard, in a process of its own.

Ray carries this module to the nodes by value, so that they need not have the package. Only the standard
library may be used here.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile

#: Exit codes of goldenhour that the same command would give again: a missed target, bad input.
FINAL = (1, 2)

#: Exit code where the machine failed and not the input (a full disk, a lost drive): another node may do better.
MACHINE = 4


class ShardFailed(Exception):
    """The shard came to no end, for a reason that another may not meet (a signal, an internal error, a full disk)."""


def last_words(text, most=4000):
    """The end of what a program said."""
    text = text.strip()
    return text if len(text) <= most else "…" + text[-most:]


def command_line(binary):
    """How to start the program: so that it does not outlive its worker, where the system can see to that."""
    setpriv = ["setpriv", "--pdeathsig", "KILL"]
    try:
        known = subprocess.run([*setpriv, "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        known = False
    return [*setpriv, binary] if known else [binary]


def batch(binary, arguments, shard, out):
    """Runs `goldenhour batch` for a shard; the finished process."""
    command = command_line(binary) + ["batch", *arguments, "--shard", shard, "--out", out, "--json"]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", errors="replace")


def digest_of(done):
    """The digest that `goldenhour batch --json` printed: it stands for everything the replications depend on."""
    try:
        return json.loads(done.stdout)["digest"]
    except (ValueError, KeyError, TypeError):
        return None


def run_shard(binary, arguments, number, of, digest, shared):
    """Runs shard `number` of `of`.

    Returns a dict: `bytes` (the file's content; None if it was put into the folder `shared`) or `refused`, why no
    attempt will get further. Raises ShardFailed, or OSError, if another attempt may.
    """
    name = f"shard-{number}-of-{of}.ghr"
    final = os.path.join(shared, name) if shared else None
    if final and os.path.exists(final):
        return {"bytes": None}
    program = shutil.which(binary)
    if program is None:
        return {"refused": f"there is no program {binary} here (--binary; with --working-dir a path within it)"}
    if shared:
        os.makedirs(shared, exist_ok=True)
    # Each attempt has a folder of its own: one that was given up on may still be writing.
    with tempfile.TemporaryDirectory(prefix=".goldenhour-", dir=shared or None) as folder:
        out = os.path.join(folder, name)
        done = batch(program, arguments, f"{number}/{of}", out)
        said = last_words(done.stderr)
        if done.returncode in FINAL:
            return {"refused": said or f"exit code {done.returncode}"}
        if done.returncode < 0:
            raise ShardFailed(f"killed by {signal.Signals(-done.returncode).name}")
        if done.returncode == MACHINE:
            raise ShardFailed(f"{socket.gethostname()} could not write or read a file (exit code {MACHINE}): {said}")
        if done.returncode != 0:
            raise ShardFailed(f"exit code {done.returncode}: {said}")
        if digest_of(done) != digest:
            return {
                "refused": "the scenario, its tables, its network or the program here are not those of the driver "
                f"(digest {digest_of(done)}, not {digest})"
            }
        if final:
            os.replace(out, final)
            return {"bytes": None}
        with open(out, "rb") as file:
            return {"bytes": file.read()}
