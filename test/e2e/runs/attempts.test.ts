import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { docker } from '../support/images/containers.ts';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';

/** What this file starts is told by it from what else is in the engine. */
const REPOSITORY = `acme/attempts-${process.pid}`;

/** Counts in its checkpoint and fails once; its user is none that the image knows. */
const TRAIN = `id -u
echo "attempt $JOBIMG_ATTEMPT resumes $JOBIMG_RESUME"
echo step >> state/deep/steps
mkdir -p outputs && cp state/deep/steps outputs/
[ "$JOBIMG_RESUME" = 1 ] || exit 3`;

describe('a job that is tried again', () => {
  let parts: Parts;
  let repository: Repository;
  let state: string;
  beforeAll(async () => {
    parts = await startParts({ name: 'attempts', auth: 'none' });
    state = await mkdtemp(join(tmpdir(), 'jobimg-state-'));
    repository = await repositoryWith({ files: { 'jobimg.yml': 'run: "true"\n', 'train.sh': TRAIN } });
  });
  afterAll(async () => {
    const left = await volumes();
    if (left.length > 0) await docker(['volume', 'rm', ...left], parts.env);
    await repository?.[Symbol.asyncDispose]();
    await parts?.[Symbol.asyncDispose]();
    await rm(state, { recursive: true, force: true });
  });

  async function volumes(): Promise<readonly string[]> {
    const filter = `label=jobimg.repo=${REPOSITORY}`;
    return (await docker(['volume', 'ls', '--quiet', '--filter', filter], parts.env))
      .split('\n')
      .filter(Boolean);
  }

  function run(changes: Readonly<Record<string, string>>): Promise<Ended> {
    const image = `{ base: "${parts.python?.reference}", user: "4242" }`;
    const overrides = Object.entries({ image, ...changes }).flatMap(([name, value]) => [
      '--override',
      `${name}=${value}`,
    ]);
    return jobimg(['run', '--registry', 'none', '--defaults', parts.defaults, '--json', ...overrides], {
      cwd: repository.folder,
      env: { ...parts.env, JOBIMG_STATE: state, GITHUB_REPOSITORY: REPOSITORY },
    });
  }

  it('goes on from its checkpoint, of which nothing is left when it succeeded', async () => {
    const ended = await run({
      run: 'sh train.sh',
      retry: '{ max: 1, on: [error], backoff: 1s }',
      checkpoint: 'state/deep',
    });

    const [result] = onlyJob(ended).runs;
    expect(ended.stderr).toMatch(/^attempt 1 resumes 0$/m);
    expect(ended.stderr).toContain('attempt 1 of 2: failed, exit code 3; attempt 2 starts in 1 s');
    expect(ended.stderr).toMatch(/^4242\nattempt 2 resumes 1$/m);
    expect(await readFile(join(result?.['outputs-folder'] ?? '', 'outputs/steps'), 'utf8')).toBe(
      'step\nstep\n',
    );
    expect([ended.code, result]).toMatchObject([
      0,
      { reason: 'succeeded', attempts: 2, 'earlier-attempts': [{ reason: 'failed', 'exit-code': 3 }] },
    ]);
    expect(await volumes()).toEqual([]);
  });

  it('finds its cache again in the next run', async () => {
    const job = {
      run: 'cat "$HF_HOME/model" || echo weights > "$HF_HOME/model"',
      caches: '[hf]',
    };

    const [first, second] = [await run(job), await run(job)];

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.stderr).not.toMatch(/^weights$/m);
    expect(second.stderr).toMatch(/^weights$/m);
    expect(await volumes()).toHaveLength(1);
  });
});
