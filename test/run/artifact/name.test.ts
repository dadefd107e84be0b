import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { artifactName, namesToTry } from '../../../src/run/artifact/name.ts';
import { workflowJobOf } from '../../../src/run/artifact/workflow-job.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';

/** What the client refuses in a name, and `validateArtifactName` of @actions/artifact 6.2.1 lists. */
const REFUSED = /["*/:<>?\\|\r\n]/;

type Named = Pick<RunPlan, 'job' | 'leg' | 'family' | 'attempt'>;

function named({ label, ...more }: Partial<Named> & { readonly label?: string | undefined } = {}): Named {
  const leg = label === undefined ? undefined : { label, values: new Map(), failFast: true };
  return { job: 'train', family: '18-train-0a1b2c3d', attempt: 1, leg, ...more };
}

const ANY = fc.record({
  job: fc.string({ unit: 'binary', minLength: 1 }),
  family: fc.string(),
  attempt: fc.integer({ min: 1, max: 50 }),
  label: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
});

describe('the name of an artifact', () => {
  it('says job, leg and attempt', () => {
    const [plain, leg] = [named(), named({ label: 'lr=1e-4, depth=3', attempt: 2 })].map((run) =>
      artifactName(run, 'ca395085'),
    );

    expect(plain).toMatch(/^train-1-[0-9a-f]{8}$/);
    expect(leg).toMatch(/^train-lr=1e-4-depth=3-2-[0-9a-f]{8}$/);
  });

  it('is one that GitHub takes, of any job and leg', () => {
    fc.assert(
      fc.property(ANY, (run) => {
        const name = artifactName(named(run), undefined);

        expect(name).not.toMatch(REFUSED);
        expect(name).toMatch(/^[\w=+][\w.=+-]*$/);
        expect(name.length).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('is the same for the same run, and another for every other attempt, run and job of the workflow', () => {
    fc.assert(
      fc.property(ANY, fc.string(), (run, workflowJob) => {
        const name = artifactName(named(run), workflowJob);

        expect(artifactName(named(run), workflowJob)).toBe(name);
        expect(artifactName(named({ ...run, attempt: run.attempt + 1 }), workflowJob)).not.toBe(name);
        expect(artifactName(named({ ...run, family: `${run.family}x` }), workflowJob)).not.toBe(name);
        expect(artifactName(named(run), `${workflowJob}x`)).not.toBe(name);
      }),
    );
  });

  it('is followed by others, for the case that it is taken', () => {
    expect(namesToTry('train-1')).toEqual(['train-1', 'train-1-2', 'train-1-3', 'train-1-4']);
  });
});

describe('the job of a workflow', () => {
  const token = (claims: unknown) => `a.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c`;

  it("is what the runner's token says", () => {
    expect(workflowJobOf(token({ scp: 'Actions.Example Actions.Results:run-id:job-id' }))).toBe('job-id');
  });

  it.each([
    undefined,
    '',
    'x',
    'a.b.c',
    token(null),
    token({}),
    token({ scp: 3 }),
    token({ scp: 'Actions.Results' }),
  ])('is not known from %j', (text) => {
    expect(workflowJobOf(text)).toBeUndefined();
  });
});
