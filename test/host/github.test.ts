import { describe, expect, it } from '@jest/globals';
import { type Core, createGithubHost, type GithubHost } from '../../src/host/github.ts';
import { MAIN_PROCESS } from '../../src/host/post-state.ts';
import { leftRuns } from '../../src/host/runs/left-runs.ts';
import { createMasker, type Masker } from '../../src/log/mask/masker.ts';
import type { Owner, OwnerState } from '../../src/run/owner-process.ts';
import { recordOf } from '../../src/run/record.ts';
import type { Handle } from '../../src/run/types/handle.ts';
import type { KnownRun } from '../../src/tools/runs.ts';
import { runPlan } from '../report/results.ts';

const HANDLE: Handle = {
  backend: 'docker',
  run: 'train-1',
  name: 'jobimg-train-1',
  hash: 'sha256:ab',
  native: {},
};

/** A core that keeps what the runner would be told. */
function fakeCore(): Core & { readonly told: unknown[][]; readonly state: Map<string, string> } {
  const told: unknown[][] = [];
  const state = new Map<string, string>();
  const tell =
    (name: string) =>
    (...values: readonly unknown[]) =>
      void told.push([name, ...values]);
  return {
    told,
    state,
    startGroup: tell('group'),
    endGroup: tell('endgroup'),
    info: tell('info'),
    error: tell('error'),
    warning: tell('warning'),
    notice: tell('notice'),
    setSecret: tell('mask'),
    saveState: (name, value) => void state.set(name, String(value)),
    getState: (name) => state.get(name) ?? '',
  };
}

async function setUp(
  cancelled: AbortSignal = new AbortController().signal,
  masker: Masker = createMasker(),
): Promise<{ core: ReturnType<typeof fakeCore>; host: GithubHost }> {
  const core = fakeCore();
  let time = 0;
  const now = (): number => {
    time += 1_500;
    return time;
  };
  const host = createGithubHost({
    core,
    cancelled,
    leaving: new AbortController().signal,
    now,
    masker,
    folders: () => ({ root: '/work', folder: '/work/sub' }),
  });
  return { core, host };
}

describe('createGithubHost', () => {
  it('folds a phase and says outside the fold how it went', async () => {
    const { core, host } = await setUp();

    await host.group('Plan', async () => host.info('inside'));
    await expect(host.group('Images', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await host.group(
      'Run train',
      async () => 'failed',
      (word, took) => `${word} after ${took}`,
    );

    expect(core.told).toEqual([
      ['group', 'Plan'],
      ['info', 'inside'],
      ['endgroup'],
      ['info', 'Plan: done in 1.5 s'],
      ['group', 'Images'],
      ['endgroup'],
      ['info', 'Images: failed in 1.5 s'],
      ['group', 'Run train'],
      ['endgroup'],
      ['info', 'Run train: failed after 1.5 s'],
    ]);
  });

  it('calls a phase cancelled that was stopped', async () => {
    const { core, host } = await setUp(AbortSignal.abort());

    await expect(host.group('Images', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');

    expect(core.told.at(-1)).toEqual(['info', 'Images: cancelled after 1.5 s']);
  });

  it('lets no text of ours become a command by what it quotes', async () => {
    const { core, host } = await setUp();

    host.info('file\n::set-output name=digest::evil');
    host.finding({ level: 'error', code: 'x', message: '##[error]spoof' });

    expect(core.told).toEqual([
      ['info', 'file'],
      ['info', ': :set-output name=digest::evil'],
      ['info', 'error: # #[error]spoof'],
    ]);
  });

  it('gives nothing to the runner that could be a command or move a terminal, in titles and annotations either', async () => {
    const { core, host } = await setUp();
    const bad = '##[add-mask]sha256 \u001b[2J\u009b2J \u202e';

    await host.group(
      `Run (${bad})`,
      async () => undefined,
      () => bad,
    );
    host.finding({ level: 'error', code: bad, message: bad, hint: bad, location: { file: bad, line: 1 } });
    host.annotate();

    const said = JSON.stringify(core.told);
    expect(said).toContain('add-mask');
    expect(said).not.toMatch(/##\[|\\u001b|\u009b|\u202e/);
  });

  it('writes annotations once, at the end', async () => {
    const { core, host } = await setUp();

    host.finding({
      level: 'warning',
      code: 'x',
      message: 'careful',
      location: { file: 'jobimg.yml', line: 2 },
    });
    host.annotate();

    expect(core.told.at(-1)).toEqual([
      'warning',
      'careful',
      { title: 'jobimg: x', file: 'sub/jobimg.yml', startLine: 2 },
    ]);
  });

  it('tells places as the repository has them, and keeps what it told', async () => {
    const { core, host } = await setUp();

    host.finding({ level: 'error', code: 'x', message: 'no', location: { file: 'jobimg.yml', line: 2 } });
    host.finding({ level: 'error', code: 'y', message: 'no', location: { file: 'params', isInput: true } });

    expect(core.told).toEqual([
      ['info', 'sub/jobimg.yml:2: error: no'],
      ['info', 'error: input `params`: no'],
    ]);
    expect(host.findings.map(({ location }) => location)).toEqual([
      { file: 'sub/jobimg.yml', line: 2 },
      undefined,
    ]);
  });

  it('writes lines that come together at once, each as a line of its own, and nothing for none', async () => {
    const { core, host } = await setUp();

    host.lines(['epoch 1', '', 'epoch 2']);
    host.lines([]);

    expect(core.told).toEqual([['info', 'epoch 1\n\nepoch 2']]);
  });

  it('says what asks for nothing in a line of the log alone', async () => {
    const { core, host } = await setUp();

    host.finding({ level: 'notice', code: 'left-out', message: 'left out of the code: ".venv/"' });
    host.annotate();

    expect(core.told).toEqual([['info', 'left out of the code: ".venv/"']]);
    expect(host.findings).toEqual([]);
  });

  it('annotates without a line what the log has told in its own way', async () => {
    const { core, host } = await setUp();

    host.annotation({ level: 'error', code: 'failed', message: 'run train: failed\nKilled' });
    host.annotate();

    expect(core.told).toEqual([['error', 'run train: failed\nKilled', { title: 'jobimg: failed' }]]);
    expect(host.findings).toEqual([]);
  });

  it('leaves a run for the post step until it is over', async () => {
    const { core, host } = await setUp();

    host.remember(HANDLE);
    expect(leftRuns(core, [])).toEqual([HANDLE]);
    host.forget(HANDLE);

    expect(leftRuns(core, [])).toEqual([]);
  });

  it('finds a run again when only the state, or only the record, is left, and each once', async () => {
    const { core, host } = await setUp();
    host.remember(HANDLE);
    const other = fakeCore();
    for (const one of [core, other]) one.saveState(MAIN_PROCESS, JSON.stringify(MAIN));

    expect(leftRuns(other, [known({})])).toEqual([HANDLE]);
    expect(leftRuns(core, [])).toEqual([HANDLE]);
    expect(leftRuns(core, [known({})])).toEqual([HANDLE]);
  });

  it('leaves a detached run alone, whatever still names it', async () => {
    const { core, host } = await setUp();
    host.remember(HANDLE);
    const { record } = known({});

    expect(leftRuns(core, [known({ record: { ...record, detached: true } })])).toEqual([]);
  });

  it('has a run of a backend that only another release knows', async () => {
    const { core, host } = await setUp();

    host.remember({ ...HANDLE, backend: 'later' });

    expect(leftRuns(core, [])).toEqual([{ ...HANDLE, backend: 'later' }]);
  });

  it.each<[string, Partial<Owner>, OwnerState]>([
    ['of a process that was killed', { pid: 2 }, 'dead'],
    ['of a process that had the number before', { started: '0' }, 'dead'],
    ['of another machine, whose process has the same number', { host: 'other' }, 'unknown'],
    ['of another machine that shares the folder', { pid: 2, host: 'other' }, 'unknown'],
  ])('leaves a run alone that is %s: it is of another job, or of another leg', (_, owner, state) => {
    const core = fakeCore();
    core.saveState(MAIN_PROCESS, JSON.stringify(MAIN));

    expect(leftRuns(core, [known({ owner: state }, owner)])).toEqual([]);
  });

  it.each<[OwnerState, readonly Handle[]]>([
    ['alive', []],
    ['unknown', []],
    ['dead', [HANDLE]],
  ])(
    'of a run that another process has made its own, which is %s, leaves what is not its own',
    async (state, left) => {
      const { core, host } = await setUp();
      core.saveState(MAIN_PROCESS, JSON.stringify(MAIN));
      host.remember(HANDLE);

      expect(leftRuns(core, [known({ owner: state }, { pid: 2 })])).toEqual(left);
    },
  );

  it('takes no run of a record for its own when the runner does not tell of which process it is the post step', () => {
    expect(leftRuns(fakeCore(), [known({})])).toEqual([]);
  });

  it('leaves a run alone whose process lives', () => {
    const core = fakeCore();
    core.saveState(MAIN_PROCESS, JSON.stringify(MAIN));

    expect(leftRuns(core, [known({ owner: 'alive' })])).toEqual([]);
  });
});

const MAIN: Owner = { pid: 1, host: 'box', boot: '1', namespace: '1', started: '1' };

/** What the record of a run is that the main step, or the process of these changes, has followed. */
function known(changes: Partial<KnownRun>, owner: Partial<Owner> = {}): KnownRun {
  const github = { runId: '7', runAttempt: '1', job: 'train', action: '__jobimg' };
  const starting = { folder: '/work', github, owner: { ...MAIN, ...owner }, now: new Date(0) };
  const record = recordOf(runPlan({ id: HANDLE.run }), HANDLE, starting);
  return { record, owner: 'dead', ended: undefined, ...changes };
}
