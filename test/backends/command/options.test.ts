import { describe, expect, it } from '@jest/globals';
import { optionsOf } from '../../../src/backends/command/place/options.ts';
import { parseSpec, selectJobs } from '../../../src/jobspec/parse.ts';
import { siteIn } from '../shell-queue/bench.ts';

const SITE = siteIn(`commands:
  queue:
    submit: { run: [q, submit] }
    status: { run: [q, status], states: { running: [r], ended: [d] } }
    cancel: { run: [q, cancel] }
    options: { pool: small, owner: "", rank: "1" }
    allowed: { owner: '^[a-z]+$' }
    required: [owner]
`);

/** What is handed to the place for a spec with these options. */
function optionsFor(written: string): Readonly<Record<string, string>> {
  const text = `run: "true"\nimage: { base: busybox }\nbackend: { command: { place: queue, options: ${written} } }\n`;
  const parsed = parseSpec({ path: 'jobimg.yml', text, format: 'jobimg' });
  const [job] = selectJobs(parsed, { job: undefined, toRun: true, repositoryName: 'example' });
  if (job === undefined) throw new Error('there is no job');
  return Object.fromEntries(optionsOf(job, { name: 'queue', site: SITE }));
}

describe('options of a place, as a spec writes them', () => {
  it('stand over what the operator gives', () => {
    expect(optionsFor('{ owner: ada, rank: 7 }')).toEqual({ owner: 'ada', pool: 'small', rank: '7' });
  });

  it.each([
    ['{ owner: ada, color: red }', 'the place "queue" has no option "color"'],
    ['{ owner: "9" }', 'the place "queue" does not take that value of the option "owner"'],
    ['{ pool: large }', 'the place "queue" needs the option "owner"'],
  ])('are refused where the place does not have them so: %s', (written, problem) => {
    expect(() => optionsFor(written)).toThrow(problem);
  });
});
