#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A Slurm job array that shares a fleet of targets. In a folder that every node sees, with the target files in fleet/:
#
#   array=$(sbatch --parsable fleet-slurm.sh)
#   sbatch --dependency=afterany:"${array%%;*}" --output=merged-%j.txt --wrap \
#     'glidepath report merge reports/share-*.json --report json=reports/report.json --report html=reports/report.html'
#
# `afterany`: a share that is not ready has failed, and its report is wanted all the same. The merged report says when a
# share is missing, and is inconclusive then. Never --requeue: a refused password would be tried again. Secrets come from
# files that the target files name ({ file: ... }): sbatch hands the environment of whoever submits to every node.
#
#SBATCH --job-name=glidepath
#SBATCH --array=1-8
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=512M
#SBATCH --time=00:30:00
#SBATCH --no-requeue
#SBATCH --output=glidepath-%A-%a.txt
set -eu
: "${SLURM_ARRAY_TASK_ID:?this is for sbatch --array}"
# Shares are counted from 1, whatever the array begins with.
share=$((SLURM_ARRAY_TASK_ID - SLURM_ARRAY_TASK_MIN + 1))
mkdir -p reports
exec glidepath check fleet --shard "$share/$SLURM_ARRAY_TASK_COUNT" --quiet --report "json=reports/share-$share.json"
