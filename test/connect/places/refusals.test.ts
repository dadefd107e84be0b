import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refusalsOf } from '../../../src/connect/backends.ts';
import type { ConnectContext } from '../../../src/connect/context.ts';
import { type Finding, UserError } from '../../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { readTextFile } from '../../../src/io/fs/text-file.ts';
import { rightsOf } from '../../../src/plan/rights.ts';
import { main } from '../../../src/steps/main.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { fakeWorld } from '../../fakes/tools.ts';

const PLACES = `commands:
  queue:
    submit: { run: [q, submit] }
    status: { run: [q, status], states: { running: [r], ended: [d] } }
    cancel: { run: [q, cancel] }
    options: { pool: "", rank: "1" }
    allowed: { rank: '^[0-9]$' }
    required: [pool]
    refuses: { shm: 'leave "shm" out' }
github:
  fleet: { repository: org/fleet, workflow: gpu.yml }
slurm: { container: apptainer }
`;
const COMMAND = 'run: "true"\nimage: { base: python:3.13 }\nbackend: { command: ';

let folder: string;
let defaults: string;
let mirrors: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobimg-refusals-'));
  await mkdir(join(folder, 'checkout'));
  defaults = join(folder, 'defaults.yml');
  mirrors = join(folder, 'mirrors.yml');
  await writeFile(defaults, PLACES);
  await writeFile(mirrors, 'mirrors: { docker.io: mirror.test }\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Look {
  readonly inputs?: Partial<Inputs>;
  readonly caller?: Partial<Tools['caller']>;
}

/** What is told of a spec by whoever only looks. */
async function findingsOf(spec: string, { inputs: changes, caller }: Look = {}): Promise<readonly Finding[]> {
  const inputs: Inputs = {
    ...INPUT_DEFAULTS,
    folder: join(folder, 'checkout'),
    registry: { kind: 'repository', text: 'ghcr.io/acme/train' },
    until: 'plan',
    check: true,
    defaults,
    ...changes,
  };
  const { tools } = fakeWorld({ 'jobimg.yml': spec }, caller);
  const context = { inputs } as unknown as ConnectContext;
  const refusals: Tools['refusals'] = (run) => refusalsOf(run, context);
  try {
    return (await main(inputs, { ...tools, refusals, readText: readTextFile })).findings;
  } catch (error) {
    if (error instanceof UserError) return error.findings;
    throw error;
  }
}

/** `error 3:30: message → hint` */
async function told(spec: string, look: Look = {}): Promise<readonly string[]> {
  const findings = await findingsOf(spec, look);
  return findings
    .filter(({ code }) => !code.startsWith('fit'))
    .map(({ level, location, message, hint }) => {
      const { line, column } = location ?? {};
      return `${level} ${line}:${column}: ${message} → ${hint}`;
    });
}

describe('a check', () => {
  it.each([
    [
      '{ place: quue }',
      ['error 3:30: the operator of this machine has described no place "quue" → there are: queue'],
    ],
    [
      '{ place: queue, options: { pol: a, rank: ten } }',
      [
        'error 3:53: the place "queue" has no option "pol" → it has: pool, rank',
        'error 3:62: the place "queue" does not take that value of the option "rank" → it has to match ^[0-9]$',
        'error 3:46: the place "queue" needs the option "pool" → write "backend: { command: { place: queue, options: { pool: … } } }", or let the operator give it a default',
      ],
    ],
    [
      '{ place: queue }',
      [
        'error 3:30: the place "queue" needs the option "pool" → write "backend: { command: { place: queue, options: { pool: … } } }", or let the operator give it a default',
      ],
    ],
    ['{ place: queue, options: { pool: a } }', []],
    ['{ options: { pool: a } }', []],
  ])('of the place "command: %s" tells what a start would refuse', async (written, expected) => {
    expect(await told(`${COMMAND}${written} }\n`)).toEqual(expected);
  });

  it.each([
    [
      'what the place cannot do',
      `${COMMAND}{ place: queue, options: { pool: a } } }\nshm: 1GB\ncheckpoint: ckpt\n`,
      [
        'error 5:13: such a place keeps no checkpoint → leave "checkpoint" out',
        'error 4:6: the place "queue" cannot do what the job asks for: shm → leave "shm" out',
      ],
    ],
    [
      'a workflow elsewhere that the operator does not allow',
      'run: "true"\nimage: { base: python:3.13 }\nbackend: { github: { repository: evil/fleet } }\n',
      [
        'error 3:34: "evil/fleet" is not allowed by the operator of this machine, or is not one place → write "place" with one of: fleet',
      ],
    ],
    [
      'a secret that the containers of the cluster cannot have',
      'run: "true"\nimage: { base: python:3.13 }\nsecrets: [HOME]\nbackend: slurm\n',
      [
        'error 3:10: Apptainer gives no secret called "HOME" to a container → give it another name, and set the variable in "run"',
      ],
    ],
    [
      'a checkpoint without a claim on a cluster',
      'run: "true"\ncheckpoint: ckpt\nbackend: kubernetes\n',
      [
        'error 2:13: on a cluster a checkpoint is kept in a claim, and none is named → write "cache-claim: <name>" below "backend.kubernetes", or leave "checkpoint" out',
      ],
    ],
    [
      'several nodes of a backend that has one',
      'run: "true"\nnodes: 2\nbackend: docker\n',
      [expect.stringMatching(/^error 2:8: the job train asks for 2 nodes/)],
    ],
    [
      'an input that is not here, which a step before the run may make',
      'run: "true"\ninputs: [{ name: data, from: nothing }]\n',
      [expect.stringMatching(/^warning 2:\d+: the input "data" does not exist: "nothing"/)],
    ],
  ])('tells %s', async (_, spec, expected) => {
    expect(await told(spec)).toEqual(expected);
  });

  it('tells the same of a pull request whose code may not be started', async () => {
    const rights = rightsOf({ event: undefined, untrusted: true, checkout: undefined });
    const spec = `${COMMAND}{ place: quue } }\n`;

    const found = await told(spec, { inputs: { until: 'run', check: false }, caller: { rights } });

    expect(found).toEqual([expect.stringMatching(/^error 3:30: .* no place "quue"/)]);
  });

  it('is a warning of a plan', async () => {
    const found = await told(`${COMMAND}{ place: quue } }\n`, { inputs: { check: false, offline: true } });

    expect(found).toEqual([expect.stringMatching(/^warning 3:30: .* no place "quue"/)]);
  });

  const unknown = [expect.stringMatching(/^notice 3:30: the place "quue" .* is described nowhere here/)];

  it.each([
    ['no file of defaults is given', '', undefined],
    ['the file of defaults describes no places', '', 'mirrors'],
    ['the job starts on another machine', 'runs-on: [self-hosted, gpu]\n', 'defaults'],
  ])('guesses nothing of the place where %s', async (_, more, file) => {
    const given = { mirrors, defaults }[file ?? ''];

    const found = await told(`${COMMAND}{ place: quue } }\n${more}`, { inputs: { defaults: given } });

    expect(found).toEqual(unknown);
  });

  it.each([
    ['the backend, which the machine may choose', 'run: "true"\nnodes: 2\n', undefined],
    ['the registry, which this event may not push to', 'run: "true"\nbackend: kubernetes\n', 'auto'],
  ])('guesses nothing of %s', async (_, spec, registry) => {
    const choice = registry === undefined ? {} : { registry: { kind: 'auto' } as const };

    expect(await told(spec, { inputs: { defaults: undefined, ...choice } })).toEqual([]);
  });
});

describe('a start', () => {
  it('is refused at the same place of the spec', async () => {
    const found = await told(`${COMMAND}{ place: quue } }\n`, { inputs: { until: 'run', check: false } });

    expect(found).toEqual([
      'error 3:30: the operator of this machine has described no place "quue" → there are: queue',
    ]);
  });
});
