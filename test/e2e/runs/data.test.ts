import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Files, repositoryWith } from '../support/repository.ts';

const TEXT = 'x,y\n1,2\n';
const HASH = createHash('sha256').update(TEXT).digest('hex');

/** A data server of somebody's: files, and the ways in which an address may lead nowhere. */
const ANSWERS: Readonly<Record<string, readonly [status: number, location?: string]>> = {
  '/data.csv': [200],
  '/moved.csv': [302, '/data.csv'],
  '/loop.csv': [302, '/loop.csv'],
  '/inside.csv': [302, 'https://169.254.169.254/latest/meta-data'],
  '/gone.csv': [404],
};

describe('what a run works on', () => {
  let parts: Parts;
  let server: Server;
  let address: string;
  let folder: string;
  let asked: string[] = [];

  beforeAll(async () => {
    parts = await startParts({ name: 'data', auth: 'none' });
    folder = await mkdtemp(join(tmpdir(), 'jobimg-data-'));
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const [status, location] = ANSWERS[request.url ?? ''] ?? [404];
      response.writeHead(status, location === undefined ? {} : { location }).end(status === 200 ? TEXT : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    asked = [];
  });

  afterAll(async () => {
    server?.close();
    await parts?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(
    files: Files,
    words: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ) {
    await using repository = await repositoryWith({ files });
    return await jobimg(['run', '--registry', 'none', '--defaults', parts.defaults, '--json', ...words], {
      cwd: repository.folder,
      env: {
        ...parts.env,
        XDG_CACHE_HOME: join(folder, 'cache'),
        JOBIMG_ALLOW_LOCAL_INPUTS: address.slice('http://'.length),
        ...env,
      },
    });
  }

  function spec(command: string, ...lines: readonly string[]): Files {
    return { 'jobimg.yml': [`run: ${command}`, `image: ${parts.python?.reference}`, ...lines].join('\n') };
  }

  function outcome(ended: Ended) {
    const [one] = onlyJob(ended).runs;
    return { code: ended.code, reason: one?.reason };
  }

  it('is fetched before the start, and readable by any user', async () => {
    const files = spec(
      'cat /inputs/data/data.csv /inputs/labels/all.txt /inputs/set/b/c.txt; stat -c %a /inputs/data/data.csv',
      `inputs: { data: "${address}/data.csv", labels: labels/all.txt, set: set/ }`,
    );

    const ended = await run({ ...files, 'labels/all.txt': 'labels\n', 'set/b/c.txt': 'in a folder\n' });

    expect(outcome(ended)).toEqual({ code: 0, reason: 'succeeded' });
    expect(ended.stderr).toMatch(/^x,y$\n^1,2$\n^labels$\n^in a folder$\n^666$/m);
    expect(ended.stderr).toContain(`input data: 8 bytes, sha256 ${HASH}`);
  });

  it('is fetched once for all runs of a matrix', async () => {
    const files = spec(
      'cat /inputs/data/data.csv',
      `inputs: { data: "${address}/data.csv" }`,
      'strategy: { matrix: { a: [1, 2, 3] } }',
    );

    const ended = await run(files);

    expect(ended.code).toBe(0);
    expect(asked).toEqual(['/data.csv']);
    expect(ended.stderr.match(/^(?:.*)x,y$/gm)).toHaveLength(3);
  });

  it('is fetched once where its hash is known', async () => {
    const input = `inputs: [{ name: data, from: "${address}/moved.csv", sha256: ${HASH} }]`;
    const files = spec('cat /inputs/data/moved.csv', input);

    const first = await run(files);
    const requests = asked.splice(0);
    const second = await run(files);

    expect([outcome(first).code, outcome(second).code]).toEqual([0, 0]);
    expect(requests).toEqual(['/moved.csv', '/data.csv']);
    expect(asked).toEqual([]);
    expect(second.stderr).toContain('input data: 8 bytes, kept from an earlier run');
    expect(second.stderr).toMatch(/^x,y$/m);
  });

  it.each([
    ['another file', '/data.csv', `, sha256: ${'0'.repeat(64)}`, `its SHA-256 is ${HASH}`],
    ['no file', '/gone.csv', '', 'the server answers 404'],
    ['a redirect to a place of the machine', '/inside.csv', '', 'leads to an address of this machine'],
    ['a redirect without an end', '/loop.csv', '', 'more than 5 redirects', 'node-error'],
  ])(
    'that is %s ends the run before there is a container',
    async (_what, path, rest, message, reason = 'preflight') => {
      const ended = await run(
        spec('echo started', `inputs: [{ name: data, from: "${address}${path}"${rest} }]`),
      );

      expect(outcome(ended)).toEqual({ code: 125, reason });
      expect(ended.stderr).toMatch(/jobimg\.yml:3:10: error: /);
      expect(ended.stderr).toContain(message);
      expect(ended.stderr).toContain('→');
      expect(ended.stderr).not.toMatch(/^started$/m);
    },
  );

  it('is not fetched from the machine itself, unless its operator allows it', async () => {
    const files = spec('echo started', `inputs: { data: "${address}/data.csv" }`);

    const ended = await run(files, [], { JOBIMG_ALLOW_LOCAL_INPUTS: '' });

    expect(ended.code).toBe(125);
    expect(ended.stderr).toContain('JOBIMG_ALLOW_LOCAL_INPUTS');
    expect(asked).toEqual([]);
  });

  it('of a step of Valohai is given at the run, or by default', async () => {
    const text = `- step:
    name: Train
    image: ${parts.python?.reference}
    command: cat $VH_INPUTS_DIR/data/train.csv /valohai/inputs/more/data.csv
    inputs:
      - { name: data, filename: train.csv }
      - { name: more, default: ["${address}/data.csv"] }
      - { name: other, optional: true }
- step:
    name: Other
    image: ${parts.python?.reference}
    command: date
    inputs: [{ name: never, default: "s3://bucket/key" }]
`;

    const without = await run({ 'valohai.yaml': text }, ['--job', 'Train']);
    const ended = await run({ 'valohai.yaml': text }, [
      '--job',
      'Train',
      '--input',
      `data=${address}/moved.csv`,
    ]);

    expect(without.code).toBe(125);
    expect(without.stderr).toContain('the input "data" has no file');
    expect(outcome(ended)).toEqual({ code: 0, reason: 'succeeded' });
    expect(ended.stderr.match(/^x,y$/gm)).toHaveLength(2);
  });

  it('is in a folder of the machine that its operator allows', async () => {
    const data = join(folder, 'mounted');
    await mkdir(data, { recursive: true });
    await writeFile(join(data, 'in.txt'), 'from the machine\n');
    const files = spec(
      'cat /data/in.txt; echo out > /scratch/out.txt; ! touch /data/x',
      `mounts: [{ from: "${data}", to: /data, read-only: true }, { from: "${data}", to: /scratch }]`,
    );

    const refused = await run(files);
    const ended = await run(files, [], { JOBIMG_ALLOW_MOUNTS: data });

    expect(refused.code).toBe(125);
    expect(refused.stderr).toMatch(/jobimg\.yml:3:\d+: error: this machine does not let jobs see/);
    expect(refused.stderr).toContain(`JOBIMG_ALLOW_MOUNTS=${data}`);
    expect(outcome(ended)).toEqual({ code: 0, reason: 'succeeded' });
    expect(ended.stderr).toMatch(/^from the machine$/m);
    expect(await readFile(join(data, 'out.txt'), 'utf8')).toBe('out\n');
  });
});
