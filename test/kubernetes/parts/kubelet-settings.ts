import { join } from 'node:path';
import type { PartSettings } from './part.ts';

const NOTHING = '0%';

/** The disk of a CI machine is often nearly full, which is no reason to evict. */
const WITHOUT_EVICTION = {
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  evictionHard: {
    'memory.available': NOTHING,
    'nodefs.available': NOTHING,
    'nodefs.inodesFree': NOTHING,
    'imagefs.available': NOTHING,
    'imagefs.inodesFree': NOTHING,
  },
};

export function kubeletSettings({ place, ports, gateway }: PartSettings) {
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
    ...WITHOUT_EVICTION,
    nodeStatusUpdateFrequency: '5s',
    syncFrequency: '10s',
    registryPullQPS: 0,
    serializeImagePulls: false,
  };
}
