// What containerd, its network plugins and the kubelet read.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerdSettings } from './containerd-settings.ts';
import { kubeletSettings } from './kubelet-settings.ts';
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
  writeFileSync(kubeletConfig(place), JSON.stringify(kubeletSettings(settings), null, 2));
  writeFileSync(containerdConfig(place), containerdSettings(place, programs.folder, networks));
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
