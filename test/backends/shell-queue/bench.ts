import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCommandBackend } from '../../../src/backends/command/backend.ts';
import { createKnownRuns } from '../../../src/backends/command/place/known.ts';
import { createTool } from '../../../src/backends/command/place/tool.ts';
import { systemClock } from '../../../src/io/clock.ts';
import type { CommandSite } from '../../../src/jobspec/job/sites.ts';
import { sitesOf } from '../../../src/jobspec/parse.ts';
import type { Bench } from '../contract.ts';
import { runPlan, SECRET } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';
import { SHELL_PROGRAMS } from '../shell-programs.ts';

const QUEUE = fileURLToPath(new URL('queue.sh', import.meta.url));

/** What an operator writes who has this queue. */
export const DEFAULTS = `commands:
  queue:
    env: [QUEUE_FOLDER]
    every: 0.2
    submit: { run: [${QUEUE}, submit, '{{ name }}'], id: { pattern: '^id=(\\d+)$' } }
    status:
      run: [${QUEUE}, status, '{{ id }}']
      state: { pattern: '^(\\w+)' }
      states: { queued: [waiting], running: [running], ended: [done], timeout: [timeout], cancelled: [cancelled], absent: [gone] }
      exit-code: { pattern: '^\\w+ (\\d+)' }
      duration: { pattern: '^\\w+ \\d+ (\\d+)' }
    logs: { run: [${QUEUE}, logs, '{{ id }}', '{{ cursor }}'], cursor: bytes }
    cancel: { run: [${QUEUE}, cancel, '{{ id }}', '{{ grace }}'] }
    remove: { run: [${QUEUE}, remove, '{{ id }}'] }
    outputs: { run: [${QUEUE}, outputs, '{{ id }}', '{{ path }}'] }
    list: { run: [${QUEUE}, list], pattern: '^(?<name>\\S+) (?<id>\\d+)$' }
`;

export function siteIn(text: string, name = 'queue'): CommandSite {
  const site = sitesOf({ path: 'defaults.yml', text, format: 'jobimg' }).commands?.get(name);
  if (site === undefined) throw new Error(`there is no place ${name}`);
  return site;
}

/** The queue, whose runs are processes of this machine. */
export async function startShellQueue(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-queue-'));
  const queue = join(folder, 'queue');
  await mkdir(queue);
  const site = siteIn(DEFAULTS);
  const backend = { name: 'command', options: { place: 'queue' } } as const;
  const namesIn = async (): Promise<readonly string[]> =>
    await Promise.all(
      (await readdir(queue)).map(async (id) =>
        (await readFile(join(queue, id, 'name'), 'utf8').catch(() => '')).trim(),
      ),
    );
  return {
    connect: () =>
      createCommandBackend({
        name: 'queue',
        site,
        tool: createTool(site, { ...process.env, QUEUE_FOLDER: queue }),
        ends: new Map(),
        known: createKnownRuns(join(folder, 'known')),
        temporary: folder,
        clock: systemClock,
        secrets: new Map([['SECRET', SECRET]]),
        progress: () => undefined,
      }),
    plan: (program, changes) =>
      program === 'missing'
        ? runPlan(IMAGE, { kind: 'arguments', words: ['no-such-command'] }, { backend, ...changes })
        : runPlan(
            IMAGE,
            { kind: 'shell', shell: 'sh', text: SHELL_PROGRAMS[program] },
            { backend, ...changes },
          ),
    count: async (name) => (await namesIn()).filter((one) => one === name).length,
    missingImage: IMAGE,
    secret: SECRET,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
