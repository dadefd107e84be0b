import type { Job, RunsOn } from '../spec/job.ts';

/** Minutes for a job around the run: the image pulled, outputs collected. */
const MARGIN = 15;

export function timeoutMinutes({ timeout }: Pick<Job, 'timeout'>): number {
  return Math.ceil(timeout / 60) + MARGIN;
}

/** The job of a workflow that runs where the spec says, to be pasted below the one that made the image. */
export function secondJob(
  job: Pick<Job, 'name' | 'timeout' | 'secrets'>,
  runsOn: RunsOn,
  needs: string,
): readonly string[] {
  const secrets = job.secrets.map(({ name }) => `          ${name}: \${{ secrets.${name} }}`);
  return [
    `  run-${job.name.replaceAll('.', '-')}:`,
    `    needs: ${needs}`,
    `    runs-on: ${runsOnText(runsOn)}`,
    `    timeout-minutes: ${timeoutMinutes(job)}`,
    '    permissions: { contents: read, packages: read }',
    '    steps:',
    '      - uses: actions/checkout@v7',
    '      - uses: org/jobimg-action@v1',
    `        with: { job: ${job.name}, dispatch: "true" }`,
    ...(secrets.length === 0 ? [] : ['        env:', ...secrets]),
  ];
}

/** JSON is YAML too, and quotes what has to be quoted. */
function runsOnText({ group, labels }: RunsOn): string {
  return JSON.stringify(group === undefined ? labels : { group, labels });
}
