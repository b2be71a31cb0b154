#!/bin/bash
# Hands a batch to Slurm: an array of shards, then a job that merges them if all of them ended well.
#
#   examples/cluster/submit.sh SCENARIO REPLICATIONS SHARDS OUT [options of goldenhour batch, such as --days 30]
#
# GOLDENHOUR names the program if it is not on the PATH; SBATCH_OPTIONS goes to sbatch (such as "--partition=long").
# Scenario, program and OUT must lie in folders that all nodes see. The same command again runs only what is missing.
set -euo pipefail

if [ $# -lt 4 ]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
export SCENARIO REPLICATIONS SHARDS WORK GOLDENHOUR BATCH_OPTIONS OUT
SCENARIO=$(realpath "$1")
REPLICATIONS=$2
SHARDS=$3
OUT=$(realpath -m "$4")
shift 4
BATCH_OPTIONS=$*
GOLDENHOUR=$(realpath "$(command -v "${GOLDENHOUR:-goldenhour}")")

# Bad input shows here, not on a node; and the digest keeps shards of different inputs apart. (The first of so many shards is
# empty.)
look=$(mktemp -d)
trap 'rm -rf "$look"' EXIT
# shellcheck disable=SC2086
digest=$("$GOLDENHOUR" batch "$SCENARIO" --replications "$REPLICATIONS" $BATCH_OPTIONS --shard 1/4294967295 \
  --out "$look/nothing.ghr" --json | sed 's/.*"digest":"\([0-9a-f]\{16\}\).*/\1/')
WORK=$OUT.shards/$digest-r$REPLICATIONS-s$SHARDS
mkdir -p "$WORK"

# A second array of the same inputs would only do the same work again.
name=goldenhour-$digest
if [ -n "$(squeue --noheader --me --name="$name")" ]; then
  echo "jobs of these inputs are in the queue already (squeue --name=$name): wait for them, or cancel them first" >&2
  exit 2
fi

# shellcheck disable=SC2086
array=$(sbatch --parsable --job-name="$name" --array="1-$SHARDS" --output="$WORK/shard-%a.log" ${SBATCH_OPTIONS:-} \
  "$here/slurm.sbatch")
# shellcheck disable=SC2086
merge=$(sbatch --parsable --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes --job-name="$name" \
  --output="$WORK/merge.log" ${SBATCH_OPTIONS:-} --wrap '"$GOLDENHOUR" merge "$WORK"/shard-*.ghr --out "$OUT"')
echo "shards: job ${array%%;*}; merge: job ${merge%%;*}; logs: $WORK"
