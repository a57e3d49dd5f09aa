#!/usr/bin/env bash
# make cluster-test: the review and a collection on a real Slurm of one node, started here for the test.
# Needs root and Debian's slurm-wlm and munge. A job is killed on the way; the numbers must be, byte for
# byte, those of a run without Slurm. What it measured goes to benchmarks/cluster.csv with --record.
set -euo pipefail
cd "$(dirname "$0")/../.."
ROOT=$PWD RECORD=${1:-}
PORT=${CLUSTER_PORT:-16817} META_ANALYSES=${META_ANALYSES:-20000}

[[ $(id -u) == 0 ]] || { echo "make cluster-test starts Slurm's daemons: run it as root, in a container or a virtual machine"; exit 1; }
for program in munged slurmctld slurmd sbatch squeue scontrol; do
  command -v "$program" >/dev/null || { echo "$program is missing; on Debian: apt-get install slurm-wlm munge"; exit 1; }
done

# A job's own steps look for Slurm's configuration where Debian has it, and nowhere else.
CONF=/etc/slurm/slurm.conf
[[ ! -e $CONF && ! -L $CONF ]] || { echo "$CONF is there: this machine has a Slurm of its own, which this test leaves alone"; exit 1; }

WORK=$(mktemp -d /var/tmp/cluster.XXXXXX)
DAEMONS=()
stop() { # everything this script started, and nothing else
  local code=$? pid
  trap - EXIT INT TERM
  [[ -L $CONF ]] && scancel --user "$(id -un)" 2>/dev/null || true
  for pid in "${DAEMONS[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${DAEMONS[@]}"; do wait "$pid" 2>/dev/null || true; done
  [[ $(readlink "$CONF") != "$WORK/slurm.conf" ]] || rm "$CONF"
  if [[ $code == 0 ]]; then rm -rf "$WORK"; else echo "cluster test failed; its files are in $WORK"; fi
  exit "$code"
}
trap stop EXIT INT TERM
say() { echo "[$(date +%T)] $*"; }

# --- the cluster: one node, called here, on loopback
chmod 755 "$WORK"
mkdir -m 700 "$WORK/munge"; mkdir -m 755 "$WORK/socket" "$WORK/state" "$WORK/spool"
dd if=/dev/urandom of="$WORK/munge/key" bs=1024 count=1 status=none; chmod 400 "$WORK/munge/key"
HOST=$(hostname -s)
cat >"$WORK/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$HOST(127.0.0.1)
SlurmctldPort=$PORT
SlurmdPort=$((PORT + 1))
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$WORK/socket/munge
CryptoType=crypto/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
SlurmdParameters=config_overrides
StateSaveLocation=$WORK/state
SlurmdSpoolDir=$WORK/spool
SlurmctldPidFile=$WORK/slurmctld.pid
SlurmdPidFile=$WORK/slurmd.pid
SlurmctldLogFile=$WORK/slurmctld.log
SlurmdLogFile=$WORK/slurmd.log
NodeName=$HOST NodeAddr=127.0.0.1 CPUs=4 RealMemory=8000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
mkdir -p "${CONF%/*}"; ln -s "$WORK/slurm.conf" "$CONF"

munged --foreground --force --key-file="$WORK/munge/key" --socket="$WORK/socket/munge" \
  --pid-file="$WORK/munge/pid" --log-file="$WORK/munge/log" --seed-file="$WORK/munge/seed" 2>"$WORK/munged.log" &
DAEMONS+=($!)
start_controller() { slurmctld -D >/dev/null 2>&1 & CONTROLLER=$!; DAEMONS+=("$CONTROLLER"); }
start_controller
slurmd -D -N "$HOST" >/dev/null 2>&1 &
DAEMONS+=($!)
for _ in $(seq 60); do sinfo -h -o %T 2>/dev/null | grep -qx idle && break; sleep 0.5; done
sinfo -h -o %T | grep -qx idle || { echo "Slurm did not come up:"; tail -20 "$WORK"/*.log; exit 1; }
say "Slurm $(sinfo --version | cut -d' ' -f2) is up: $(sinfo -h -o '%D node, %c CPUs, %m MB')"

# --- what is run: copies of the project, so that this one stays as it is
copy() { mkdir -p "$1"; tar -C "$ROOT" --exclude=./.git --exclude=./.venv --exclude=./.snakemake --exclude=./results --exclude=__pycache__ -cf - . | tar -C "$1" -xf -; }
copy "$WORK/here"; copy "$WORK/there"
GALLERY=()
for folder in reviews/*/; do [[ -f $folder/config.yaml ]] && GALLERY+=("${folder%/}"); done
for side in here there; do
  mkdir -p "$WORK/$side/collection"
  python "$ROOT/benchmarks/made_up_collection.py" "$META_ANALYSES" "$WORK/$side/collection"
done
SLURM=(--workflow-profile profiles/slurm --slurm-no-account --slurm-status-command squeue --latency-wait 5 --slurm-init-seconds-before-status-checks 2)

run() { # run SIDE FOLDER words...
  local side=$1 folder=$2; local log=$WORK/$side-${folder//\//-}.log; shift 2
  (cd "$WORK/$side" && snakemake --directory "$folder" "$@") >"$log" 2>&1 || { tail -40 "$log"; return 1; }
}
each() { # each SIDE AT_ONCE FOLDER...: run the folders, so many at once; more words for all are in WORDS
  local side=$1 at_once=$2 folder; shift 2
  local words=("${WORDS[@]}"); [[ $side == here ]] || words+=("${SLURM[@]}")
  (
    running=()
    finish() { for pid in "${running[@]}"; do wait "$pid" || exit 1; done; running=(); }
    for folder in "$@"; do
      run "$side" "$folder" "${words[@]}" & running+=($!)
      [[ ${#running[@]} -lt $at_once ]] || finish
    done
    finish
  )
}
seconds() { local start=$EPOCHREALTIME; "$@"; SECONDS_TAKEN=$(python -c "print(round($EPOCHREALTIME - $start, 1))"); }
MACHINE="$(uname -m) $(nproc) cores $(python -c 'import platform; print("Python", platform.python_version())')"
ROWS="run,meta_analyses,seconds_here,seconds_slurm,jobs,submissions,submitted_again,files,load_before,machine"$'\n'
said() { grep -hE "$@" "$WORK"/there-*.log || true; } # lines of all runs on Slurm

same() { # same FOLDER names...: the files are equal, byte for byte
  local folder=$1 name count=0; shift
  for name in "$@"; do
    while IFS= read -r file; do
      cmp "$WORK/here/$folder/$file" "$WORK/there/$folder/$file"; count=$((count + 1))
    done < <(cd "$WORK/here/$folder" && find $name -type f ! -path '*/benchmarks/*' ! -path '*/logs/*' | sort)
  done
  [[ $count -gt 0 ]] || { echo "nothing to compare in $folder"; exit 1; }
  FILES=$count
  say "$folder: $count files are the same, byte for byte"
}

kill_one() { # kill the second submission while it runs, as a node that dies would: the first has left its results
  local id first=
  for _ in $(seq 1500); do
    id=$(squeue -h -t RUNNING -o %A | head -1)
    first=${first:-$id}
    if [[ -n $id && $id != "$first" ]]; then
      sleep 1
      if scancel --signal=KILL --full "$id" 2>/dev/null; then echo "$id" >"$WORK/killed"; return; fi # else it was done by then
    fi
    sleep 0.2
  done
}

compare() { # compare NAME META_ANALYSES "FOLDERS" WHAT...: run here and on Slurm, kill a submission on the way, compare
  local name=$1 many=$2 folders load here there jobs submissions again files=0 folder killer
  read -ra folders <<<"$3"; shift 3
  load=$(cut -d' ' -f1 /proc/loadavg)
  seconds each here 1 "${folders[@]}"; here=$SECONDS_TAKEN
  rm -f "$WORK/killed" "$WORK"/there-*.log; kill_one & killer=$!
  seconds each there 4 "${folders[@]}"; there=$SECONDS_TAKEN
  wait "$killer"
  [[ -s $WORK/killed ]] || { echo "$name: no job was killed"; exit 1; }
  again=$(said "Trying to restart|Restarting job|Resubmitting" | wc -l)
  [[ $again -gt 0 ]] || { echo "$name: job $(cat "$WORK/killed") was killed, but nothing was submitted again"; exit 1; }
  for folder in "${folders[@]}"; do same "$folder/results" "$@"; files=$((files + FILES)); done
  jobs=$(said "^total +[0-9]+" -m1 | awk '{ sum += $2 } END { print sum }')
  submissions=$(said "SLURM jobid [0-9]+" | grep -oE "SLURM jobid [0-9]+" | sort -u | wc -l)
  ROWS+="$name,$many,$here,$there,$jobs,$submissions,$again,$files,$load,$MACHINE"$'\n'
}

WHAT=(numbers.json effects models robustness tables)
WORDS=()
compare "the first review" "" . "${WHAT[@]}"
compare "the gallery: ${#GALLERY[@]} reviews (on Slurm four at once)" "" "${GALLERY[*]}" "${WHAT[@]}"
WORDS=(-s workflow/collection.smk)
compare collection "$META_ANALYSES" collection collection

# --- a cluster that is not reachable: told before anything is submitted, and nothing is left behind
kill "$CONTROLLER"; wait "$CONTROLLER" 2>/dev/null || true
rm -rf "$WORK/there/results" "$WORK/there/.snakemake"
if (cd "$WORK/there" && snakemake "${SLURM[@]}") >"$WORK/down.log" 2>&1; then echo "a run without a controller succeeded"; exit 1; fi
grep -q "nothing was submitted" "$WORK/down.log" || { echo "no clear message:"; tail -20 "$WORK/down.log"; exit 1; }
[[ ! -e $WORK/there/results ]] || { echo "a run that submitted nothing left results"; exit 1; }
! grep -q "SLURM jobid" "$WORK/down.log" || { echo "something was submitted"; exit 1; }
say "without its controller: $(grep -m1 -oE 'Slurm: .*' "$WORK/down.log")"

printf '%s' "$ROWS"
[[ $RECORD != --record ]] || printf '%s' "$ROWS" >"$ROOT/benchmarks/cluster.csv"
say "done"
