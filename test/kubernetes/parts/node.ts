import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findDaemon } from '../../../scripts/engine/daemon.mjs';
import { accepts, answersContainerd } from './answers.ts';
import { containerdConfig, kubeletConfig } from './node-files.ts';
import type { Part, PartSettings } from './part.ts';
import { daemonOf } from './place.ts';

const NAMESPACE_SCRIPT = fileURLToPath(new URL('./mount-namespace.sh', import.meta.url));

export const nodeParts = { containerd, kubelet } satisfies Readonly<
  Record<string, (settings: PartSettings) => Part>
>;

/** In a mount namespace of its own, so that no mount is left when it and its containers have ended. */
function containerd({ place, path }: PartSettings): Part {
  const unshare = ['/usr/bin/unshare', '--mount', '--propagation', 'private'] as const;
  const program = ['containerd', '--config', containerdConfig(place)];
  return {
    argv: [...unshare, '/bin/sh', NAMESPACE_SCRIPT, place.state, place.run, ...program],
    ready: () => answersContainerd(place.containerd, path),
  };
}

/** In the namespace of containerd: each sees the mounts that the other makes. */
function kubelet({ place, programs, ports, node }: PartSettings): Part {
  const pid = findDaemon(daemonOf(place, 'containerd'))?.pid;
  const flags = [
    `--kubeconfig=${join(place.pki, 'kubelet.kubeconfig')}`,
    `--config=${kubeletConfig(place)}`,
    `--root-dir=${join(place.state, 'kubelet')}`,
    `--cert-dir=${place.pki}`,
    `--hostname-override=${node}`,
  ];
  return {
    argv: ['/usr/bin/nsenter', '--mount', '--target', `${pid}`, programs.kubernetes, 'kubelet', ...flags],
    ready: () => accepts('127.0.0.1', ports.kubelet),
  };
}
