"""Shards as tasks of Ray."""

from . import task


class Unavailable(Exception):
    """Ray, or a cluster of it, cannot be used; the message says what to do."""


class RayBackend:
    """Runs shards on a cluster; what is lost with a node, Ray runs again elsewhere."""

    def __init__(self, address, retries, cpus, working_dir):
        try:
            import ray
        except ImportError as error:
            raise Unavailable(f"Ray is not installed ({error}): pip install ray") from error
        self.ray = ray
        self.retries = retries
        self.cpus = cpus
        ray.cloudpickle.register_pickle_by_value(task)
        settings = {"log_to_driver": False}
        if working_dir:
            settings["runtime_env"] = {"working_dir": working_dir}
        try:
            ray.init(address=address, **settings)
        except ConnectionError as error:
            raise Unavailable(
                f"no Ray cluster at {address}: {error}\n"
                "  start one with `ray start --head`, or use this machine alone with `--address local`"
            ) from error
        except Exception as error:  # Ray raises many kinds here, and each should end in a sentence, not in a trace.
            raise Unavailable(f"Ray did not start: {error}") from error

    def nodes(self):
        """How many nodes there are now."""
        return sum(1 for node in self.ray.nodes() if node["Alive"])

    def run(self, shards, arguments):
        """Runs `task.run_shard(*arguments(number))` for each; yields (number, what it returned or the exception)."""
        ray = self.ray

        def shard(*args):
            import socket

            node = ray.get_runtime_context().get_node_id()
            return {**task.run_shard(*args), "where": f"{socket.gethostname()} (node {node[:8]})"}

        remote = ray.remote(
            num_cpus=self.cpus,
            # Counts lost nodes and raised exceptions alike. What no attempt can mend is returned, not raised.
            max_retries=self.retries,
            retry_exceptions=True,
            scheduling_strategy="SPREAD",
        )(shard)
        open_tasks = {}
        for number in shards:
            open_tasks[remote.options(name=f"shard-{number}").remote(*arguments(number))] = number
        try:
            while open_tasks:
                # One at a time: what is lost between its end and our asking is made again by its lineage.
                ready, _ = ray.wait(list(open_tasks), num_returns=1, fetch_local=True)
                number = open_tasks.pop(ready[0])
                try:
                    result = ray.get(ready[0])
                except ray.exceptions.RayError as error:
                    result = error
                del ready
                yield number, result
        finally:
            for reference in open_tasks:
                ray.cancel(reference, force=True)

    def close(self):
        """Leaves the cluster."""
        self.ray.shutdown()
