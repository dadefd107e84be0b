import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { type Command, runStep, type StepEnded, startStep } from '../support/runner.ts';

const TOKEN = 'hunter22-hunter22';

const JOBS = `timeout: 1m
stop-grace: 1s
params: { lr: 0.1 }
jobs:
  well:
    run: |
      echo "learning at {{ lr }}"
      echo '{"loss": 0.5}' > outputs/metrics.json
  fails:
    secrets: [TOKEN]
    run: |
      for line in $(seq 1 30); do echo "line $line"; done
      echo "the token is $TOKEN"
      exit 7
  slow:
    timeout: 1s
    run: sleep 60
  waits:
    run: echo started; sleep 60
  stays:
    stop-grace: 20s
    run: |
      trap 'echo asked to stop' TERM
      echo started
      while :; do sleep 0.1; done
  sweep:
    run: exit {{ code }}
    strategy: { matrix: { code: [0, 3] }, max-parallel: 1 }
  side-by-side:
    run: exit {{ code }}
    strategy: { matrix: { code: [0, 0] }, max-parallel: 2 }
`;

/** Of the `run` of the job that fails, and of the one that is too slow. */
const FAILS = '12';
const SLOW = '18';

describe('what a step says, with a spec in a folder of the repository', () => {
  let parts: Parts;
  let repository: Repository;

  beforeAll(async () => {
    parts = await startParts({ name: 'step-report', auth: 'none' });
    const image = `image: ${parts.python?.reference}\n`;
    repository = await repositoryWith({
      files: { 'sub/jobimg.yml': JOBS.replace('params', `${image}params`) },
    });
  });

  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  type Asked = Readonly<{
    inputs?: Record<string, string>;
    env?: Record<string, string>;
    workspace?: string;
  }>;

  function options({ inputs = {}, env = {}, workspace = repository.folder }: Asked) {
    const folder = join(repository.folder, 'sub');
    return {
      workspace,
      env: { ...parts.env, TOKEN, ...env },
      inputs: { registry: 'none', 'working-directory': folder, ...inputs },
    };
  }

  function run(job: string, asked: Asked = {}): Promise<StepEnded> {
    return runStep(options({ ...asked, inputs: { job, ...asked.inputs } }));
  }

  it('is the end of a run below its group, and then all that came out', async () => {
    const step = await run('well');

    expect(step.log).toMatch(/^::endgroup::\nRun well: succeeded after \d+\.\d s$/m);
    expect(rowsOf(step)).toMatchObject({
      job: 'well',
      image: `${parts.python?.reference.replace(/:[^:]*$/, '')}@${step.outputs.get('digest')} (used as it is)`,
      run: expect.stringMatching(/^succeeded, exit code 0, /),
      loss: '0.5',
      outputs: step.outputs.get('outputs'),
    });
    expect(annotationsOf(step)).toEqual([]);
  });

  it('is one error for a run that failed, at the line of its command, with the end of its log', async () => {
    const step = await run('fails');

    const [error, ...others] = annotationsOf(step);
    expect(step.log).toMatch(/^Run fails: failed, exit code 7, after \d+\.\d s$/m);
    expect(rowsOf(step)).toMatchObject({
      job: 'fails',
      run: expect.stringMatching(/^failed, exit code 7, /),
    });
    expect(others).toEqual([]);
    expect(error).toMatchObject({ name: 'error' });
    expect(propertiesOf(error)).toMatchObject({
      title: 'jobimg: failed',
      file: 'sub/jobimg.yml',
      line: FAILS,
    });
    expect(error?.message.split('\n')).toEqual([
      'run fails: failed, exit code 7',
      'the last lines of its log:',
      ...Array.from({ length: 9 }, (_, index) => `line ${22 + index}`),
      'the token is ***',
    ]);
    expect(withoutMasks(step)).not.toContain(TOKEN);
    expect(step.summary).toContain('the token is ***');
  });

  it('names the reason where it says more than that a run failed', async () => {
    const step = await run('slow');

    expect(step.log).toMatch(/^Run slow: failed, exit code \d+ \(timeout\), after /m);
    expect(annotationsOf(step).map((one) => [one.name, propertiesOf(one)])).toEqual([
      ['error', expect.objectContaining({ title: 'jobimg: timeout', file: 'sub/jobimg.yml', line: SLOW })],
    ]);
    expect(Object.fromEntries(step.outputs)).toMatchObject({ status: 'failure', reason: 'timeout' });
  });

  it('is no error for a run that was cancelled', async () => {
    await using step = await startStep(options({ inputs: { job: 'waits' } }));

    await step.main.says(/^started$/m);
    step.main.kill('SIGINT');
    const ended = await step.ended();

    expect(ended.log).toMatch(/^Run waits: cancelled after /m);
    expect(annotationsOf(ended)).toMatchObject([{ name: 'warning', message: 'run waits: cancelled' }]);
    expect(Object.fromEntries(ended.outputs)).toMatchObject({ status: 'cancelled', reason: 'cancelled' });
  });

  it('leaves status, reason and exit code also when nobody waits for it to stop', async () => {
    await using step = await startStep(options({ inputs: { job: 'stays' } }));

    await step.main.says(/^started$/m);
    step.main.kill('SIGINT');
    await step.main.says(/^asked to stop$/m);
    step.main.kill('SIGINT');
    const ended = await step.ended();
    await step.post();

    expect(ended.code).toBe(130);
    expect(Object.fromEntries(ended.outputs)).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled',
      'exit-code': '130',
    });
  });

  it('counts the legs of a matrix, and has one error for all of them', async () => {
    const [apart, together] = await Promise.all([run('sweep'), run('side-by-side')]);

    expect(apart.log).toMatch(/^Run sweep \(code=0\): succeeded after /m);
    expect(apart.log).toMatch(/^Run sweep \(code=3\): failed, exit code 3, after /m);
    expect(annotationsOf(apart)).toMatchObject([
      { name: 'error', message: 'run sweep (code=3): failed, exit code 3; 1 of 2 legs did not succeed' },
    ]);
    expect(together.log).toMatch(/^Run side-by-side: 2 legs, 2 at a time: 2 succeeded after /m);
  });

  it('says that a job was not started when the workflow wants its image alone', async () => {
    const step = await run('well', { inputs: { dispatch: 'false' } });

    expect(step.log).toMatch(/^well: not started here: the input `dispatch` says so$/m);
    expect(rowsOf(step)).toMatchObject({ job: 'well', image: expect.stringContaining('(used as it is)') });
    expect(Object.fromEntries(step.outputs)).toMatchObject({
      status: 'skipped',
      reason: 'skipped',
      'exit-code': '0',
    });
  });

  it.each([
    ['an input that is wrong', { inputs: { check: 'perhaps' } }, 'input', '1'],
    ['a param that is wrong', { inputs: { params: 'lr=fast' } }, 'input', '1'],
  ])('leaves status, reason and exit code after %s', async (_, asked, reason, code) => {
    const step = await run('well', asked);

    expect(step.code).toBe(Number(code));
    expect(Object.fromEntries(step.outputs)).toMatchObject({
      status: 'failure',
      reason,
      'exit-code': code,
      result: expect.stringMatching(/^\{"findings":\[\{"level":"error"/),
    });
  });

  it('has its image and its run in the outputs when the engine does not answer', async () => {
    const step = await run('well', { env: { DOCKER_HOST: 'unix:///nowhere.sock' } });

    expect(step.code).toBe(4);
    expect(Object.fromEntries(step.outputs)).toMatchObject({
      image: expect.stringContaining('@sha256:'),
      status: 'failure',
      reason: 'node-error',
      'exit-code': '4',
      'run-id': expect.stringContaining('-well-'),
    });
    expect(step.summary).toContain(String.raw`node\-error\: no Docker engine answers at`);
  });

  it.each([
    ['params', { params: 'lr=fast' }, 'input `params`: params.lr: "fast" is not a number'],
    ['overrides', { overrides: 'timeout=soon' }, 'input `overrides`: timeout: "soon" is not a duration'],
    ['job', { job: 'wel' }, 'input `job`: the spec has no job "wel"'],
  ])('names the input `%s` and no file where its value is wrong', async (_, inputs, message) => {
    const step = await run('well', { inputs });

    const [error, ...others] = annotationsOf(step);
    expect(others).toEqual([]);
    expect(error).toMatchObject({ name: 'error', message: expect.stringContaining(message) });
    expect(propertiesOf(error)).not.toHaveProperty('file');
  });

  it('has no file for a spec that lies outside of the repository', async () => {
    await using elsewhere = await repositoryWith({ files: { 'README.md': '' } });

    const step = await run('fails', { workspace: elsewhere.folder });

    expect(annotationsOf(step).map(({ name }) => name)).toEqual(['error']);
    expect(propertiesOf(annotationsOf(step)[0])).toEqual({ title: 'jobimg: failed' });
  });

  it('has the path that a pull request has, where the repository is checked out into a folder', async () => {
    await repository.write({
      'sub/.git/HEAD': 'ref: refs/heads/main\n',
      'sub/.git/config': '[remote "origin"]\n\turl = https://github.com/acme/train\n',
      'sub/.git/objects/info/packs': '',
      'sub/.git/refs/heads/main': '',
    });

    const own = await run('fails');
    const other = await run('fails', { env: { GITHUB_REPOSITORY: 'acme/other' } });

    expect(propertiesOf(annotationsOf(own)[0])).toMatchObject({ file: 'jobimg.yml', line: FAILS });
    expect(propertiesOf(annotationsOf(other)[0])).toMatchObject({ file: 'sub/jobimg.yml', line: FAILS });
  });
});

const LEVELS: ReadonlySet<string> = new Set(['error', 'warning', 'notice']);

function annotationsOf({ commands }: StepEnded): readonly Command[] {
  return commands.filter(({ name }) => LEVELS.has(name));
}

function propertiesOf(command: Command | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(command?.properties ?? []);
}

/** The table below the last group, by the name of each row. */
function rowsOf({ log }: StepEnded): Readonly<Record<string, string>> {
  const end = log.slice(log.lastIndexOf('::endgroup::'));
  const rows = end.matchAll(/^(\w+) {2,}(.+)$/gm);
  return Object.fromEntries([...rows].map(([, name, value]) => [name, value]));
}

/** What a person sees: the runner is told of the values to hide, and shows nothing of that. */
function withoutMasks({ log }: StepEnded): string {
  return log.replace(/^::add-mask::.*$/gm, '');
}
