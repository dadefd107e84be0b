import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runFolder } from '../../src/host/runs/run-folder.ts';
import { BACKEND_NAMES } from '../../src/jobspec/job/backend-names.ts';
import { read } from '../docs/repository.ts';
import { inherited } from '../e2e/support/jobimg.ts';
import { type Repository, repositoryWith } from '../e2e/support/repository.ts';
import { startStep } from '../e2e/support/runner.ts';
import { type Watched, watch } from '../e2e/support/watched.ts';
import { type QueueService, startQueueService } from '../fakes/queue-service.ts';
import { createQueueBackend } from './queue/backend.ts';
import { type Complaint, copyOfSources, type SourceTree, WHOLE } from './queue/tree.ts';

// The compiler reads all of the sources, each time.
const IMAGE = `registry.example.com/acme/train@sha256:${'a'.repeat(64)}`;
const SPEC = `name: train\nrun: python train.py\nimage: ${IMAGE}\ncode: none\ntimeout: 12h\nbackend: { queue: { pool: gpu } }\n`;

/** The sources with the backend, which both parts of the test use. */
let tree: SourceTree;
/** After each of its pieces. */
const said: (readonly Complaint[])[] = [];

beforeAll(async () => {
  tree = await copyOfSources();
  await tree.addName();
  said.push(tree.compile());
  await tree.setRows({ row: '{}', connection: '{}' });
  said.push(tree.compile());
  await tree.setRows({
    row: "{ description: '', options: {}, hints: {}, capabilities: {}, stopCommand: () => '' }",
    connection: 'DOCKER_CONNECTION',
  });
  said.push(tree.compile());
  await tree.setRows(WHOLE);
  await tree.addFiles();
  said.push(tree.compile());
});

afterAll(() => tree?.[Symbol.asyncDispose]());

describe('a backend that is added', () => {
  it('is asked for by the compiler, piece by piece, as CONTRIBUTING.md says', () => {
    expect(said.map((complaints) => complaints.map(printed))).toEqual(
      documented().map((lines) => lines.map((line) => expect.stringContaining(line))),
    );
  });
});

const printed = ({ file, message }: Complaint): string => `\`${file}\`: ${message}`;

/** What CONTRIBUTING.md has the compiler say, step by step. */
function documented(): readonly (readonly string[])[] {
  const [, after = ''] = read('CONTRIBUTING.md').split('And with a backend `queue`');
  const [table = ''] = after.split('\n## ');
  const rows = [...table.matchAll(/^\| .+ \| (.+) \|$/gm)].map(([, cell = '']) => cell);
  return rows
    .filter((cell) => cell !== '`tsc` says' && cell !== '---')
    .map((cell) => (cell === 'nothing' ? [] : cell.split('<br>').map((line) => line.replace(/ …$/, ''))));
}

describe('a backend with a queue, no disk of ours and a handle of its own', () => {
  let service: QueueService;
  let repository: Repository;
  let state: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    repository = await repositoryWith({ files: { 'jobimg.yml': SPEC } });
  });
  afterAll(() => repository?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    service = await startQueueService();
    state = await mkdtemp(join(tmpdir(), 'jobimg-queue-'));
    env = { QUEUE_SERVICE: service.url, JOBIMG_STATE: state };
  });
  afterEach(async () => {
    await service.close();
    await rm(state, { recursive: true, force: true });
  });

  function jobimg(...words: readonly string[]): Watched {
    const call = { cwd: repository.folder, dist: tree.dist, env: { ...inherited(), ...env } };
    return watch('cli.js', words, call);
  }

  const run = (...words: readonly string[]) => jobimg('run', '--registry', 'none', ...words);
  const runs = () => readdir(join(state, 'runs'));
  const keptFolder = (id: string) => runFolder(join(state, 'runs'), { id }, new Date(0));

  /** A run that was handed in, and whose process was killed while it waited. */
  async function left(): Promise<{ readonly ticket: string; readonly run: string }> {
    const followed = service.followed();
    const first = run();
    const ticket = await followed;
    service.tell(ticket, { event: 'queued', detail: 'no GPU is free' });
    await first.says('queued: no GPU is free');
    first.kill('SIGKILL');
    await first.ended;
    const [record = ''] = await runs();
    return { ticket, run: record.replace('.json', '') };
  }

  function succeed(ticket: string): void {
    service.tell(
      ticket,
      { event: 'pulling', detail: IMAGE },
      { event: 'started' },
      { event: 'log', text: 'hello from afar\n' },
      { event: 'ended', code: 0, seconds: 7 },
    );
  }

  it('is in the schema, in the tables of the documents, and in what explain shows', async () => {
    const script = `
      const { specJsonSchema } = await import(${JSON.stringify(join(tree.compiled, 'jobspec/reference/json-schema.js'))});
      const { fieldTables } = await import(${JSON.stringify(join(tree.compiled, 'jobspec/reference/tables.js'))});
      console.log(JSON.stringify({ schema: JSON.parse(specJsonSchema()), keys: fieldTables().get('job keys') }));`;
    const words = ['--input-type=module', '--eval', script];
    const { schema, keys } = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
    const explained = jobimg('explain');
    await explained.ended;

    const [name, options] = schema.$defs.job.properties.backend.anyOf;
    expect(name.examples).toEqual([...BACKEND_NAMES, 'queue']);
    expect(Object.keys(options.properties).sort()).toEqual([...BACKEND_NAMES, 'queue'].sort());
    expect(keys).toContain('| `backend` | `queue` | `{pool}` | none | Service with a queue |');
    expect(keys).toContain('| `backend.queue` | `pool` | name | any | Pool of machines |');
    expect(explained.said()).toMatch(/backend +queue/);
    expect(explained.said()).toMatch(/backend\.queue\.pool +gpu/);
    expect(explained.said()).not.toContain('backend.docker');
  });

  it.each([
    ['a key of another tool', 'backend={ queue: { partition: a } }', 'write "pool"'],
    ['two of them', 'backend={ queue: {}, docker: {} }', 'a job runs on one backend, and here there are 2'],
    [
      'an image that is kept here',
      `image={ base: "${IMAGE}", python: "3.13", packages: [attrs] }`,
      'pulls its image from a registry',
    ],
    ['files of this machine', 'code=mount', 'see no files of this one'],
  ])('refuses %s before anything is made', async (_, override, told) => {
    const refused = run('--override', override);

    expect(await refused.ended).toBe(125);
    expect(refused.said()).toContain(told);
    expect(service.submitted).toEqual([]);
  });

  it('says why a run waits, shows it, and brings its outputs home', async () => {
    const followed = service.followed();
    const running = run('--json');
    const ticket = await followed;
    service.tell(ticket, { event: 'queued', detail: 'no GPU is free' });
    service.tell(ticket, { event: 'queued', detail: 'no GPU is free' });
    succeed(ticket);

    expect(await running.ended).toBe(0);
    expect(running.said().match(/queued: no GPU is free/g)).toHaveLength(1);
    expect(running.said()).toContain(`pulling: ${IMAGE}`);
    expect(running.said()).toContain('hello from afar');
    expect(service.submitted).toMatchObject([{ image: IMAGE, command: 'python train.py', pool: 'gpu' }]);
    expect(running.said()).toContain('"loss": 0.25');
    expect([...service.runs]).toEqual([]);
  });

  it('keeps a run whose process was killed, for a later start to go on with', async () => {
    const { ticket, run: id } = await left();
    const followed = service.followed();
    const second = run();
    await followed;
    succeed(ticket);

    expect(await second.ended).toBe(0);
    expect(second.said()).toContain(`attached to the run ${id}`);
    expect(service.submitted).toHaveLength(1);
    expect(await readFile(join(keptFolder(id), 'outputs/model.txt'), 'utf8')).toBe('weights');
    expect([...service.runs]).toEqual([]);
  });

  it('has another start tell of it, and brings home what ended meanwhile', async () => {
    const { ticket, run: id } = await left();
    const other = ['--override', 'name=other'];
    const waiting = service.followed();
    const second = run(...other);
    succeed(await waiting);
    await second.ended;
    succeed(ticket);
    const next = [service.followed(), service.followed()];
    const third = run(...other, '--override', 'env.A=1');
    await next[0];
    succeed((await next[1]) ?? '');

    expect(await third.ended).toBe(0);
    expect(second.said()).toMatch(
      new RegExp(`the run ${id} .* is still queued; stop it with: jobimg stop ${id}`),
    );
    expect(third.said()).toContain(`the run ${id} of the job train: succeeded; what it left is in`);
    expect(await readFile(join(keptFolder(id), 'outputs/model.txt'), 'utf8')).toBe('weights');
  });

  it('may wait for years: no clock of ours takes a run of a process that nobody sees for over', async () => {
    const { ticket, run: id } = await left();
    const path = join(state, 'runs', `${id}.json`);
    const record = JSON.parse(await readFile(path, 'utf8'));
    const owner = { ...record.owner, host: 'elsewhere' };
    await writeFile(path, JSON.stringify({ ...record, started: '2020-01-01T00:00:00.000Z', owner }));
    await fetch(`${service.url}/runs/${ticket}`, { method: 'DELETE' });
    const followed = service.followed();
    const second = run();
    succeed(await followed);

    expect(await second.ended).toBe(0);
    expect(second.said()).toContain('was started by a process that cannot be seen from here');
    expect(await runs()).toContain(`${id}.json`);
  });

  it('is stopped by its id alone, from another process', async () => {
    const { run: id } = await left();
    const listed = jobimg('stop');
    await listed.ended;
    const stopped = jobimg('stop', id);

    expect(await stopped.ended).toBe(0);
    expect(listed.said()).toContain(`${id}  job train`);
    expect(stopped.said()).toContain(`the run ${id} of the job train: cancelled`);
    expect([...service.runs]).toEqual([]);
  });

  it('is known to the service itself, whoever asks', async () => {
    const { ticket, run: id } = await left();

    const [listed, ...others] = await createQueueBackend(service.url).list();

    expect(others).toEqual([]);
    expect(listed).toMatchObject({
      handle: { backend: 'queue', run: id, native: { ticket } },
      job: 'train',
      state: 'queued',
    });
  });

  it('opens no shell, and says so', async () => {
    const shell = jobimg('shell', '--registry', 'none');

    expect(await shell.ended).toBe(125);
    expect(shell.said()).toContain('no shell is opened on the backend "queue"');
    expect(service.submitted).toEqual([]);
  });

  const step = () =>
    startStep({ workspace: repository.folder, dist: tree.dist, inputs: { registry: 'none' }, env });

  it('is followed by the action to its end, which tells how to stop what another process has left', async () => {
    const { ticket } = await left();
    const followed = service.followed();
    await using started = await step();
    succeed(await followed);
    const { code, outputs, log } = await started.ended();

    expect(code).toBe(0);
    expect(log).toContain('hello from afar');
    expect(log).toContain(`is still queued; stop it with: queue --service ${service.url} stop ${ticket}`);
    // The step ends with the runner, and its run with it, unless it is left alone.
    expect(log).toContain('start it with `detach: true`');
    expect(JSON.parse(outputs.get('result') ?? '{}')).toMatchObject({
      jobs: [{ name: 'train' }],
    });
  });

  it.each([
    ['waits', false, /cancelled/],
    ['has ended', true, /succeeded/],
  ])(
    'has its outputs fetched by the post step, when the main step was killed and it %s',
    async (_, ends, told) => {
      const followed = service.followed();
      await using started = await step();
      const ticket = await followed;
      started.main.kill('SIGKILL');
      await started.main.ended;
      if (ends) succeed(ticket);
      const { log } = await started.post();

      expect(log).toMatch(told);
      expect(log).toContain('outputs/metrics.json, outputs/model.txt');
      expect([...service.runs]).toEqual([]);
    },
  );
});
