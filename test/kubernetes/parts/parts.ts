import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, stopDaemon } from '../../../scripts/engine/daemon.mjs';
import { daemonEnv } from '../../../scripts/engine/daemon-env.mjs';
import { controlPlane } from './control-plane.ts';
import { nodeParts } from './node.ts';
import type { Part, PartName, PartSettings } from './part.ts';
import { daemonOf, type Place } from './place.ts';

const READY_TIMEOUT_MS = 180_000;

export async function startPart(settings: PartSettings, name: PartName): Promise<void> {
  const parts: Readonly<Record<PartName, (settings: PartSettings) => Part>> = {
    ...controlPlane,
    ...nodeParts,
  };
  const { argv, ready } = parts[name](settings);
  const [file, ...args] = argv;
  await startDaemon({
    name: daemonOf(settings.place, name),
    file,
    args,
    env: daemonEnv({ PATH: settings.path }),
    ready,
    timeoutMs: READY_TIMEOUT_MS,
  });
}

/** Nothing of a cluster is worth a grace, and a fault is harder without one. */
export function killPart(place: Place, name: PartName): Promise<boolean> {
  return stopDaemon(daemonOf(place, name), 0);
}

/** Starts a part again that a test has killed. */
export function restartPart(place: Place, name: PartName): Promise<void> {
  const settings = JSON.parse(readFileSync(join(place.state, 'settings.json'), 'utf8')) as PartSettings;
  return startPart(settings, name);
}
