import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCommandBackend } from '../../src/backends/command/backend.ts';
import { createKnownRuns } from '../../src/backends/command/known.ts';
import { createTool } from '../../src/backends/command/tool.ts';
import { readSites } from '../../src/connect/places/sites.ts';
import { systemClock } from '../../src/io/clock.ts';
import type { Variables } from '../../src/io/process/exec.ts';
import type { Backend } from '../../src/tools/backend.ts';
import { SECRET } from '../backends/docker-bench.ts';

/** A place by one of the presets, as an operator has it. */
export interface PresetPlace {
  /** As a new process of ours would have it. */
  connect(): Backend;
  /** What was said of it. */
  readonly said: readonly string[];
  close(): Promise<void>;
}

/** `description`: what an operator writes below the name of the place. */
export async function presetPlace(
  description: Readonly<Record<string, unknown>>,
  env: Variables,
): Promise<PresetPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-place-'));
  const defaults = join(folder, 'defaults.yml');
  const checkout = join(folder, 'checkout');
  await mkdir(checkout);
  await writeFile(defaults, JSON.stringify({ commands: { place: description } }));
  const site = (await readSites(defaults, checkout)).commands?.get('place');
  if (site === undefined) throw new Error('the place is not described');
  const said: string[] = [];
  return {
    said,
    connect: () =>
      createCommandBackend({
        name: 'place',
        site,
        tool: createTool(site, env),
        ends: new Map(),
        known: createKnownRuns(join(folder, 'known')),
        temporary: folder,
        clock: systemClock,
        secrets: new Map([['SECRET', SECRET]]),
        progress: (line) => void said.push(line),
      }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
