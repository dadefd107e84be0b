// The command backend on a platform of the tests, with the platform's own client.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCommandBackend } from '../../src/backends/command/backend.ts';
import { createKnownRuns } from '../../src/backends/command/place/known.ts';
import { createTool } from '../../src/backends/command/place/tool.ts';
import { PRESET_TEXTS } from '../../src/data/places/texts.ts';
import { systemClock } from '../../src/io/clock.ts';
import type { CommandSite } from '../../src/jobspec/job/sites.ts';
import { readPreset } from '../../src/jobspec/layers/places/preset.ts';
import { sitesOf } from '../../src/jobspec/parse.ts';
import { parseReference } from '../../src/oci/reference.ts';
import type { Reference } from '../../src/oci/types.ts';
import type { RunPlan } from '../../src/run/types/plan.ts';
import type { Bench } from '../backends/contract.ts';
import { runPlan, SECRET } from '../backends/docker-bench.ts';
import { SHELL_PROGRAMS } from '../backends/shell-programs.ts';
import { type Parts, startParts } from '../e2e/support/parts.ts';
import type { Engine } from './container.ts';
import type { Platform } from './server.ts';

/** A platform, as a bench needs it. */
export interface PlatformUnderTest extends Platform {
  /** How many jobs were started with this name. */
  started(name: string): number | Promise<number>;
  /** How many of them are going on. */
  running(name: string): number | Promise<number>;
}

export interface PresetBenchOptions<P extends PlatformUnderTest> {
  /** Of the preset, and of the registry of the tests. */
  readonly preset: string;
  readonly start: (engine: Engine) => Promise<P>;
  /** Where the client is. */
  readonly bin: string;
  /** What the operator writes below the preset, as YAML in one line, without the braces. */
  readonly use: (platform: P, bin: string) => string;
  /** The environment that jobimg has. */
  readonly env: (platform: P, folder: string) => Readonly<Record<string, string>>;
  /** What the place has instead of a work directory of ours. */
  readonly changes?: Partial<RunPlan>;
}

export interface PresetBench<P extends PlatformUnderTest> extends Bench {
  readonly platform: P;
  readonly parts: Parts;
  readonly image: Reference;
  /** Where its client is. */
  readonly bin: string;
  /** The defaults file of the operator. */
  readonly defaults: string;
  readonly env: Readonly<Record<string, string>>;
}

export function presetSite(defaults: string, name: string): CommandSite {
  const presets = new Map([...PRESET_TEXTS].map(([key, text]) => [key, readPreset(key, text)]));
  const { commands } = sitesOf({ path: 'defaults.yml', text: defaults, format: 'jobimg' }, presets);
  const site = commands?.get(name);
  if (site === undefined) throw new Error(`there is no place ${name}`);
  return site;
}

export async function startPresetBench<P extends PlatformUnderTest>(
  options: PresetBenchOptions<P>,
): Promise<PresetBench<P>> {
  const { bin, preset } = options;
  // Several files of tests have this place, side by side.
  const worker = process.env['JEST_WORKER_ID'] ?? '1';
  const parts = await startParts({ name: `place-${preset}-${worker}`, bases: ['busybox'] });
  const platform = await options.start(parts.env);
  const folder = await mkdtemp(join(tmpdir(), `jobimg-${preset}-`));
  const digest = `sha256:${(parts.busybox?.digest ?? '').replace('sha256:', '')}` as const;
  const image = { ...parseReference(parts.busybox?.reference ?? ''), tag: undefined, digest };
  const defaults = `commands:\n  ${preset}: { preset: ${preset}, every: 0.2, ${options.use(platform, bin)} }\n`;
  const site = presetSite(defaults, preset);
  const env = { HOME: folder, ...options.env(platform, folder) };
  const known = createKnownRuns(join(folder, 'known'));
  const backend = { name: 'command', options: { place: preset } } as const;
  const planOf = (command: RunPlan['command'], changes?: Partial<RunPlan>): RunPlan =>
    runPlan(image, command, { backend, ...options.changes, ...changes });
  return {
    ...{ platform, parts, image, bin, defaults, env },
    connect: () =>
      createCommandBackend({
        ...{ name: preset, site, known, temporary: folder, clock: systemClock },
        ends: new Map(),
        tool: createTool(site, { ...process.env, ...env }),
        secrets: new Map([['SECRET', SECRET]]),
        progress: () => undefined,
      }),
    plan: (program, changes) =>
      program === 'missing'
        ? planOf({ kind: 'arguments', words: ['no-such-command'] }, changes)
        : planOf({ kind: 'shell', shell: 'sh', text: SHELL_PROGRAMS[program] }, changes),
    // A platform keeps its records: what we know no more, and what runs no more, is not there to us.
    count: async (name) =>
      (await known.find(name)) === undefined ? platform.running(name) : platform.started(name),
    missingImage: { ...image, digest: `sha256:${'b'.repeat(64)}` },
    secret: SECRET,
    async close() {
      await platform.close();
      await parts[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
