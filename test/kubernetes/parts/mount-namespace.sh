#!/bin/sh
# mount-namespace.sh STATE RUN PROGRAM: prepares the mount namespace of a node, and becomes the program that holds it.
set -eu
state=$1
run=$2
program=$3

# What is mounted in here is seen by containers, and by nobody outside.
mount --make-rshared /

# The kubelet sets these six of the machine unless it finds them set, so it finds files that say what it wants.
say() {
  name=$(echo "$1" | tr / .)
  echo "$2" > "$state/sysctl/$name"
  mount --bind "$state/sysctl/$name" "/proc/sys/$1"
}
mkdir -p "$state/sysctl"
say vm/overcommit_memory 1
say vm/panic_on_oom 0
say kernel/panic 10
say kernel/panic_on_oops 1
say kernel/keys/root_maxkeys 1000000
say kernel/keys/root_maxbytes 25000000

# Folders whose places are fixed in the programs: two clusters, or the machine's own, would share them.
own() {
  mkdir -p "$1" "$2"
  mount --bind "$1" "$2"
}
own "$state/var-lib-kubelet" /var/lib/kubelet
own "$state/var-lib-cni" /var/lib/cni
own "$state/var-log-containers" /var/log/containers
own "$run/run-containerd" /run/containerd

# It takes no argument; this one tells whose it is.
exec "$program" "$state"
