import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { parseSpec, selectJobs, sitesOf } from '../../../src/jobspec/parse.ts';

function sites(text: string) {
  return sitesOf({ path: 'defaults.yml', text, format: 'jobimg' });
}

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof UserError) return error.findings.map(({ message }) => message);
    throw error;
  }
  return [];
}

const PLACE = `commands:
  queue:
    submit: { run: [qsub, '{{ plan }}'] }
    status: { run: [qstat, '{{ id }}'], states: { running: [R], succeeded: [C] } }
    cancel: { run: [qdel, '{{ id }}'] }
`;

describe('places of the defaults file', () => {
  it('are a cluster of Slurm, and what has a command line', () => {
    const slurm = 'slurm: { host: ssh://me@login.example.edu, folder: /scratch/me/, container: apptainer }\n';

    expect(sites(slurm + PLACE)).toMatchObject({
      slurm: { host: 'ssh://me@login.example.edu', folder: '/scratch/me', container: 'apptainer', setup: [] },
      commands: new Map([['queue', { every: 5, cancel: ['qdel', '{{ id }}'], env: [] }]]),
    });
  });

  it.each([
    ['slurm: { host: "ssh://-oProxyCommand=x" }', 'is no address of a login node'],
    ['slurm: { folder: runs }', '"runs" is no absolute folder'],
    ['slurm: { folder: /a/../b }', '"/a/../b" is no absolute folder'],
    ['slurm: { containers: docker }', 'unknown key "containers" in "slurm"'],
    [PLACE.replace('{{ plan }}', '{{ id }}'), '"{{ id }}" has no value in "submit"'],
    [PLACE.replace('{{ plan }}', '{{ spec }}'), '"{{ spec }}" is no placeholder'],
    [
      PLACE.replace('{{ plan }}', '{{ options.pool }}'),
      '"{{ options.pool }}" of the place "queue" is no option of it',
    ],
    [PLACE.replace('running: [R], ', ''), 'the place "queue" has no state for a run that runs'],
    [PLACE.replace(', succeeded: [C]', ''), 'the place "queue" has no state for a run that has ended'],
    [`${PLACE}    logs: { run: [qlog], cursor: bytes }\n`, 'no word is {{ cursor }}'],
    [`${PLACE}    list: { run: [qstat], pattern: '(' }\n`, 'the pattern "(" is not a regular expression'],
    [`${PLACE}    retry: 3\n`, 'unknown key "retry"'],
  ])('are found wrong before anything is started: %s', (text, problem) => {
    expect(problemsOf(() => sites(text)).join('\n')).toContain(problem);
  });
});

describe('a spec', () => {
  const read = (backend: string) =>
    problemsOf(() =>
      selectJobs(
        parseSpec({
          path: 'jobimg.yml',
          text: `name: x\nimage: a\nrun: x\nbackend: ${backend}\n`,
          format: 'jobimg',
        }),
        {},
      ),
    );

  it.each([
    '{ command: { place: queue, submit: [rm, -rf, /] } }',
    '{ command: { place: queue, status: { run: [id] } } }',
    '{ slurm: { host: ssh://evil.example } }',
    '{ slurm: { setup: [id] } }',
  ])('brings no program and no address: %s', (backend) => {
    expect(read(backend).join('\n')).toContain('unknown key');
  });

  it.each(['slurm: { host: ssh://evil.example }', PLACE])('has no places of its own: %s', (text) => {
    const problems = problemsOf(() =>
      selectJobs(
        parseSpec({ path: 'jobimg.yml', text: `name: x\nimage: a\nrun: x\n${text}\n`, format: 'jobimg' }),
        {},
      ),
    );

    expect(problems.join('\n')).toContain('unknown key');
  });

  it.each([
    ['{ command: { place: queue, options: { pool: "-rf" } } }', 'is not a value of an option'],
    ['{ slurm: { partition: "gpu --wrap=id" } }', 'is not a partition'],
  ])('gives values that are single words of the place: %s', (backend, problem) => {
    expect(read(backend).join('\n')).toContain(problem);
  });
});
