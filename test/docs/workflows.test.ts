import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { outputsOf } from '../../src/report/outputs.ts';
import { job, jobPlan, result } from '../report/results.ts';
import { filesOf, read, WORKFLOWS } from './repository.ts';

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

/** GitHub's expression in JavaScript: names are looked up, and `||`, `&&` and `==` mean the same for what is here. */
function evaluate(expression: unknown, contexts: object): unknown {
  const [, text = ''] = /^\$\{\{([\s\S]*)\}\}$/.exec(String(expression).trim()) ?? [];
  const names = /\b[a-z]+(?:\.[\w-]+)+/g;
  const program = text.replace(names, (path) => `lookUp(${JSON.stringify(path.split('.'))})`);
  const lookUp = (path: readonly string[]): unknown =>
    path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], contexts);
  return new Function('lookUp', 'fromJSON', `return ${program}`)(lookUp, JSON.parse);
}

describe('the time that a job of the reusable workflow may take', () => {
  const { jobs }: Workflow = parse(read('.github/workflows/job.yml'));
  const minutes = (job: string, given: number, outputs: object): unknown =>
    evaluate(jobs[job]?.['timeout-minutes'], {
      // A number that is not given is 0.
      inputs: { 'timeout-minutes': given },
      needs: { image: { outputs } },
    });

  it("follows the spec where the spec sends the job, and is GitHub's own limit where it does not", () => {
    const spec = job({ timeout: 12 * 3600, stopGrace: 0, runsOn: { labels: ['self-hosted', 'gpu'] } });
    const plan = { destination: { kind: 'engine' }, jobs: [jobPlan({ job: spec })] } as const;
    const outputs = Object.fromEntries(outputsOf(result({ plan, runs: [] }), { trusted: true }));

    expect(minutes('run', 0, outputs)).toBe(12 * 60 + 30);
    expect(minutes('image', 0, {})).toBe(360);
  });

  it('is what the caller says', () => {
    expect(minutes('run', 90, { 'timeout-minutes': '750' })).toBe(90);
    expect(minutes('image', 90, {})).toBe(90);
  });

  it('is handed on by the job that reads the spec', () => {
    const outputs = (jobs['image'] as { readonly outputs?: Readonly<Record<string, string>> }).outputs;

    expect(outputs?.['timeout-minutes']).toMatch(/steps\.job\.outputs\.timeout-minutes/);
  });
});

describe('what a run leaves', () => {
  const snippets = ['README.md', 'docs/workflows.md'].flatMap((page) =>
    [...read(page).matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => text),
  );
  const texts = [...filesOf('examples/workflows', '.yml').map(read), ...snippets];
  const steps = texts
    .flatMap((text) => Object.values((parse(text) as Partial<Workflow> | null)?.jobs ?? parse(text) ?? {}))
    .flatMap((one) => (one as Job | null)?.steps ?? [])
    .filter(
      ({ uses, with: given }) =>
        /^org\/jobimg-action(?:\/run)?@v1$/.test(uses ?? '') && given?.['check'] !== true,
    );

  it('is kept beyond the machine by every example that runs a job', () => {
    const runs = steps.filter(({ with: given }) => given?.['dispatch'] !== 'false');

    expect(runs.length).toBeGreaterThanOrEqual(7);
    // A detached run leaves nothing in its step: whoever attaches keeps it.
    const followed = runs.filter(({ with: given }) => given?.['detach'] !== true);
    expect(followed.filter(({ with: given }) => given?.['artifact'] !== true)).toEqual([]);
  });

  it('is kept by the reusable workflow, when nothing else is said, wherever the job runs', () => {
    const { on, jobs } = parse(read('.github/workflows/job.yml'));

    const given = Object.values(jobs as Workflow['jobs']).map(
      ({ steps: all = [] }) => all.at(-1)?.with?.['artifact'],
    );
    expect(on.workflow_call.inputs.artifact.default).toBe(true);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
    expect(given).toEqual(['${{ inputs.artifact }}', '${{ inputs.artifact }}']);
  });
});

describe('the examples', () => {
  it('are executed, each of them', () => {
    const tests = read('test/e2e/workflows/examples.test.ts');

    const names = filesOf('examples/workflows', '.yml').map((path) =>
      path.replace('examples/workflows/', ''),
    );

    expect(names.filter((name) => !tests.includes(`exampleOf('${name}'`))).toEqual([]);
  });
});

describe('the gate of CI', () => {
  it('waits for every other job', () => {
    const { jobs }: Workflow = parse(read('.github/workflows/ci.yml'));

    const others = Object.keys(jobs).filter((name) => name !== 'ci-ok');

    expect(jobs['ci-ok']?.needs).toEqual(others);
  });

  it('fails with any of them', () => {
    const { jobs }: Workflow = parse(read('.github/workflows/ci.yml'));

    const [gate] = jobs['ci-ok']?.steps ?? [];
    const asked = [...JSON.stringify(gate).matchAll(/needs\.([\w-]+)\.result/g)].map(([, name]) => name);

    expect(asked).toEqual(jobs['ci-ok']?.needs);
  });
});

describe('a release', () => {
  it('is made after every test and check has passed on what is tagged', () => {
    const { jobs }: Workflow = parse(read('.github/workflows/release.yml'));

    expect(jobs['publish']?.needs).toEqual(['verify', 'ci']);
    expect(jobs['ci']?.uses).toBe('./.github/workflows/ci.yml');
  });

  it('is tried as a dry run by CI', () => {
    const { jobs }: Workflow = parse(read('.github/workflows/ci.yml'));

    const [dry] = (jobs['release']?.steps ?? []).flatMap(({ run }) => run ?? []);

    expect(dry).toMatch(/^node scripts\/release\.mjs .* --dry-run$/);
  });
});

describe('the attacks', () => {
  it('run in CI by themselves too, and are seen where they fail', () => {
    const { jobs }: Workflow = parse(read('.github/workflows/ci.yml'));

    const steps = Object.values(jobs).flatMap(({ steps: all = [] }) => all);

    expect(steps.map(({ run }) => run)).toContain('npm run attack');
  });
});

describe('the reusable workflow that signs', () => {
  it('asks for the right to it, and for nothing else that the other one does not', () => {
    const [own, signed] = ['job', 'signed-job'].map(
      (name): Workflow => parse(read(`.github/workflows/${name}.yml`)),
    );

    const without = structuredClone(signed) as Record<string, unknown> & {
      jobs: Record<
        string,
        { permissions: Record<string, string>; steps: { with?: Record<string, unknown> }[] }
      >;
    };
    for (const { permissions, steps } of Object.values(without.jobs)) {
      expect(permissions['id-token']).toBe('write');
      expect(steps.at(-1)?.with?.['attest']).toBe(true);
      delete permissions['id-token'];
      delete steps.at(-1)?.with?.['attest'];
    }
    expect({ ...without, name: 'Job' }).toEqual(own);
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
