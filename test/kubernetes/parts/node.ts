import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accepts, answersContainerd } from './answers.ts';
import { containerdConfig, kubeletConfig } from './node-files.ts';
import type { Part, PartSettings } from './part.ts';
import { type Place, pidOf } from './place.ts';

const NAMESPACE_SCRIPT = fileURLToPath(new URL('./mount-namespace.sh', import.meta.url));

export const nodeParts = { mounts, containerd, kubelet } satisfies Readonly<
  Record<string, (settings: PartSettings) => Part>
>;

/**
 * Holds a mount namespace, so that no mount is left when all in it have ended. containerd and the kubelet enter it, and
 * enter the same when they are started again: each sees what the other mounts.
 */
function mounts({ place, programs }: PartSettings): Part {
  const unshare = ['/usr/bin/unshare', '--mount', '--propagation', 'private'] as const;
  return {
    argv: [...unshare, '/bin/sh', NAMESPACE_SCRIPT, place.state, place.run, programs.pause],
    ready: async () => readlinkSync(`/proc/${pidOf(place, 'mounts')}/exe`) === programs.pause,
  };
}

function containerd({ place, path }: PartSettings): Part {
  return {
    argv: inNamespaceOf(place, ['containerd', '--config', containerdConfig(place)]),
    ready: () => answersContainerd(place.containerd, path),
  };
}

function kubelet({ place, programs, ports, node }: PartSettings): Part {
  const flags = [
    `--kubeconfig=${join(place.pki, 'kubelet.kubeconfig')}`,
    `--config=${kubeletConfig(place)}`,
    `--root-dir=${join(place.state, 'kubelet')}`,
    `--cert-dir=${place.pki}`,
    `--hostname-override=${node}`,
  ];
  return {
    argv: inNamespaceOf(place, [programs.kubernetes, 'kubelet', ...flags]),
    ready: () => accepts('127.0.0.1', ports.kubelet),
  };
}

function inNamespaceOf(place: Place, program: readonly string[]): Part['argv'] {
  return ['/usr/bin/nsenter', '--mount', '--target', `${pidOf(place, 'mounts')}`, ...program];
}
