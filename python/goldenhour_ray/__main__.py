"""`python -m goldenhour_ray`: what is typed, and what exit codes say."""

import argparse
import os
import sys

from . import task
from .driver import Fault, drive
from .ray_backend import RayBackend, Unavailable

#: Options of `goldenhour batch` that the driver sets itself.
OWN = ("--shard", "--resume", "--json", "--threads")


def positive(text):
    """A whole number from 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def natural(text):
    """A whole number from 0."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def parse(arguments):
    """Options from what was typed; ends the program with exit code 2 if they make no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m goldenhour_ray",
        allow_abbrev=False,
        description="Runs the replications of a scenario on a Ray cluster and merges them into one file.",
        epilog="Options that are not listed go to `goldenhour batch`; write SCENARIO before them. Started again after "
        "a crash, the same command runs only what is missing. Exit codes: 0 done, 1 shards came to no end, "
        "2 bad input, 4 a file could not be written here (a full disk), 130 stopped by Ctrl-C. "
        "How files get to the nodes: docs/cluster.md",
    )
    add = parser.add_argument
    add("scenario", metavar="SCENARIO", help="the scenario file")
    add("--replications", metavar="N", type=positive, required=True, help="replications in all")
    add(
        "--shards",
        metavar="K",
        type=positive,
        required=True,
        help="pieces to cut them into; two to four per core are good",
    )
    add("--out", metavar="FILE", required=True, help="the file to write; it is there only when it is whole")
    add("--days", metavar="DAYS", help="instead of the scenario's measured days per replication")
    add("--seed", metavar="N", help="instead of the scenario's seed")
    add("--binary", metavar="PROGRAM", default="goldenhour", help="a name on the nodes' PATH, or a path [%(default)s]")
    add(
        "--address",
        default="auto",
        help="the Ray cluster; `auto` finds the one this machine belongs to, `local` starts one here [%(default)s]",
    )
    add(
        "--retries",
        metavar="N",
        type=natural,
        default=5,
        help="further attempts for a shard that was killed or lost with its node [%(default)s]",
    )
    add("--cpus-per-shard", metavar="N", type=positive, default=1, help="cores that a shard may use [%(default)s]")
    add(
        "--working-dir",
        metavar="DIR",
        help="a folder with the scenario and all it names, which Ray copies to the nodes",
    )
    add(
        "--shared-dir",
        metavar="DIR",
        help="a folder that all nodes see: they write finished shards there by themselves",
    )
    add("--keep-shards", action="store_true", help="keep the files of the shards after merging")
    options, options_of_batch = parser.parse_known_args(arguments)
    for option in options_of_batch:
        if option.split("=")[0] in OWN:
            parser.error(f"{option} is set by the driver itself")
    if options.shards > options.replications:
        parser.error(
            f"--shards {options.shards} is more than --replications {options.replications}: some would be empty"
        )
    if options.working_dir:
        options.working_dir = os.path.abspath(options.working_dir)
        if not os.path.isdir(options.working_dir):
            parser.error(f"--working-dir {options.working_dir} is no folder")
    options.batch_options = options_of_batch
    return options


def say(message):
    """Progress and faults go to standard error; standard output is that of `goldenhour merge`."""
    print(message, file=sys.stderr, flush=True)


def main(arguments=None):
    """Exit code of the whole."""
    options = parse(sys.argv[1:] if arguments is None else arguments)

    def backend():
        return RayBackend(options.address, options.retries, options.cpus_per_shard, options.working_dir)

    try:
        drive(options, backend, say)
    except Fault as fault:
        say(f"error: {fault}")
        return fault.code
    except Unavailable as error:
        say(f"error: {error}")
        return 2
    except OSError as error:
        say(f"error: {error}; finished shards are kept, the same command goes on")
        return task.MACHINE
    except KeyboardInterrupt:
        say("stopped; finished shards are kept, the same command goes on")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
