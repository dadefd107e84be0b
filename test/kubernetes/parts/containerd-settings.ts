import { join } from 'node:path';
import { PAUSE_IMAGE } from '../compile/pause-image.ts';
import type { Place } from './place.ts';

/** Of containerd, in TOML: images and pods are those of one node. */
export function containerdSettings(place: Place, plugins: string, networks: string): string {
  return [daemon(place), images(), pods(plugins, networks)].join('\n');
}

/** The plugins switched off look at other file systems, or want programs that are not there. */
function daemon(place: Place): string {
  return `version = 3
root = '${join(place.state, 'containerd')}'
state = '${join(place.run, 'containerd')}'
disabled_plugins = [
  'io.containerd.snapshotter.v1.blockfile', 'io.containerd.snapshotter.v1.btrfs',
  'io.containerd.snapshotter.v1.devmapper', 'io.containerd.snapshotter.v1.erofs',
  'io.containerd.snapshotter.v1.zfs', 'io.containerd.differ.v1.erofs', 'io.containerd.nri.v1.nri',
  'io.containerd.internal.v1.tracing', 'io.containerd.tracing.processor.v1.otlp',
  'io.containerd.monitor.container.v1.restart', 'io.containerd.internal.v1.opt',
]

[grpc]
  address = '${place.containerd}'

[ttrpc]
  address = '${place.containerd}.ttrpc'
`;
}

function images(): string {
  return `[plugins.'io.containerd.cri.v1.images']
  snapshotter = 'overlayfs'
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = '${PAUSE_IMAGE}'
`;
}

/** The network plugins are ours, and so is the loopback of a pod. */
function pods(plugins: string, networks: string): string {
  return `[plugins.'io.containerd.cri.v1.runtime']
  # Without CAP_SYS_RESOURCE no process may get a lower score than its parent.
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  enable_unprivileged_ports = false
  enable_unprivileged_icmp = false
  netns_mounts_under_state_dir = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ['${plugins}']
    conf_dir = '${networks}'
    use_internal_loopback = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = 'io.containerd.runc.v2'
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      SystemdCgroup = false

[plugins.'io.containerd.grpc.v1.cri']
  stream_server_address = '127.0.0.1'
  stream_server_port = '0'
`;
}
