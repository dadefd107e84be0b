import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { read, WORKFLOWS } from './repository.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job extends Step {
  readonly steps?: readonly Step[];
  readonly permissions?: unknown;
  readonly needs?: string | readonly string[];
  readonly 'timeout-minutes'?: unknown;
  readonly 'runs-on'?: unknown;
  readonly strategy?: unknown;
  readonly if?: string;
}

interface Workflow {
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const OURS = /^(?:\.|\$)\/|^org\/jobimg-action[/@]/;
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;

describe.each(WORKFLOWS)('%s', (path) => {
  const workflow: Workflow = parse(read(path));
  const jobs = Object.entries(workflow.jobs);

  it('pins each foreign action by commit', () => {
    const used = jobs.flatMap(([, job]) => [job, ...(job.steps ?? [])]).flatMap(({ uses }) => uses ?? []);

    const loose = used.filter((uses) => !OURS.test(uses) && !PINNED.test(uses));

    expect(loose).toEqual([]);
  });

  it('names the version behind each commit, for people and for Dependabot', () => {
    const lines = read(path)
      .split('\n')
      .filter((line) => /uses: .*@[0-9a-f]{40}/.test(line));

    expect(lines.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it('gives each job its own rights and no others', () => {
    expect(workflow.permissions).toEqual({});
    expect(jobs.filter(([, { permissions }]) => permissions === undefined)).toEqual([]);
  });

  it('ends each job in time', () => {
    const endless = jobs.filter(([, job]) => job.uses === undefined && job['timeout-minutes'] === undefined);

    expect(endless).toEqual([]);
  });

  it('lets only trusted code choose the machine of another job', () => {
    const chosen = jobs.filter(([, { 'runs-on': runsOn, strategy }]) =>
      /needs\.\w+\.outputs\./.test(JSON.stringify([runsOn, strategy])),
    );

    const unasked = chosen.filter(([, job]) => !/needs\.\w+\.outputs\.trusted == 'true'/.test(job.if ?? ''));

    expect(unasked.map(([name]) => name)).toEqual([]);
  });

  it('leaves no token in the checkout', () => {
    const checkouts = jobs
      .flatMap(([, { steps }]) => steps ?? [])
      .filter(({ uses }) => uses?.startsWith('actions/checkout@'));

    expect(checkouts.filter(({ with: given }) => given?.['persist-credentials'] !== false)).toEqual([]);
  });
});

describe('the gate of CI', () => {
  it('waits for every other job', () => {
    const { jobs }: Workflow = parse(read('.github/workflows/ci.yml'));

    const others = Object.keys(jobs).filter((name) => name !== 'ci-ok');

    expect(jobs['ci-ok']?.needs).toEqual(others);
  });
});

describe('a release', () => {
  it('is made after every test and check has passed on what is tagged', () => {
    const { jobs }: Workflow = parse(read('.github/workflows/release.yml'));

    const commands = (name: string) => (jobs[name]?.steps ?? []).flatMap(({ run }) => run ?? []);

    expect(jobs['publish']?.needs).toEqual(['verify', 'test']);
    expect(commands('test')).toContain('npm test');
    expect(commands('verify')).toContain('npm run check');
  });
});

describe('the attacks', () => {
  it('run in CI by themselves too, and are seen where they fail', () => {
    const { jobs }: Workflow = parse(read('.github/workflows/ci.yml'));

    const steps = Object.values(jobs).flatMap(({ steps: all = [] }) => all);

    expect(steps.map(({ run }) => run)).toContain('npm run attack');
  });
});

describe('the reusable workflow', () => {
  it('gives the action only inputs that it has', () => {
    const { inputs }: { inputs: object } = parse(read('action.yml'));
    const { jobs }: Workflow = parse(read('.github/workflows/job.yml'));

    const given = Object.values(jobs)
      .flatMap(({ steps }) => steps ?? [])
      .filter(({ uses }) => uses === '$/')
      .flatMap((step) => Object.keys(step.with ?? {}));

    expect(given.filter((name) => !Object.hasOwn(inputs, name))).toEqual([]);
  });
});
