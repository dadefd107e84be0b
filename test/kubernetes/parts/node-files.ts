// What containerd, its network plugins and the kubelet read.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAUSE_IMAGE } from '../compile/pause-image.ts';
import type { PartSettings } from './part.ts';
import type { Place } from './place.ts';

export function containerdConfig(place: Place): string {
  return join(place.state, 'containerd.toml');
}

export function kubeletConfig(place: Place): string {
  return join(place.state, 'kubelet.json');
}

export function writeNodeFiles(settings: PartSettings, bridge: string): void {
  const { place, programs, gateway } = settings;
  const networks = join(place.state, 'networks');
  mkdirSync(networks, { recursive: true });
  // JSON is YAML.
  writeFileSync(join(networks, 'pods.conflist'), JSON.stringify(podNetwork(bridge, gateway), null, 2));
  writeFileSync(kubeletConfig(place), JSON.stringify(kubelet(settings), null, 2));
  writeFileSync(containerdConfig(place), containerd(place, programs.folder, networks));
}

/** The bridge has its address and its firewall rules already; the plugins add what belongs to one pod. */
function podNetwork(bridge: string, gateway: string) {
  const subnet = gateway.replace(/\.1$/, '.0/24');
  const first = gateway.replace(/\.1$/, '.10');
  const ipam = {
    type: 'host-local',
    ranges: [[{ subnet, rangeStart: first, gateway }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [{ type: 'bridge', bridge, hairpinMode: true, ipam }],
  };
}

function kubelet({ place, ports, gateway }: PartSettings) {
  const nothing = '0%';
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '127.0.0.1',
    port: ports.kubelet,
    readOnlyPort: 0,
    healthzPort: 0,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(place.pki, 'ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: join(place.pki, 'kubelet-server.crt'),
    tlsPrivateKeyFile: join(place.pki, 'kubelet-server.key'),
    containerRuntimeEndpoint: `unix://${place.containerd}`,
    clusterDNS: [gateway],
    clusterDomain: 'cluster.local',
    resolvConf: '',
    cgroupDriver: 'cgroupfs',
    cgroupRoot: place.cgroup,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    podLogsDir: join(place.state, 'pod-logs'),
    volumePluginDir: join(place.state, 'volume-plugins'),
    // The disk of a CI machine is often nearly full, which is no reason to evict.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: {
      'memory.available': nothing,
      'nodefs.available': nothing,
      'nodefs.inodesFree': nothing,
      'imagefs.available': nothing,
      'imagefs.inodesFree': nothing,
    },
    nodeStatusUpdateFrequency: '5s',
    syncFrequency: '10s',
    registryPullQPS: 0,
    serializeImagePulls: false,
  };
}

/** The plugins switched off look at other file systems, or want programs that are not there. */
function containerd(place: Place, plugins: string, networks: string): string {
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

[plugins.'io.containerd.cri.v1.images']
  snapshotter = 'overlayfs'
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = '${PAUSE_IMAGE}'

[plugins.'io.containerd.cri.v1.runtime']
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
