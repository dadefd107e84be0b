import type { Job, RunsOn } from '../../jobspec/job/job.ts';
import { stepMinutes } from './time-limit.ts';

/** The job of a workflow that runs where the spec says, to be pasted below the one that made the image. */
export function secondJob(
  job: Pick<Job, 'name' | 'timeout' | 'queueTimeout' | 'stopGrace' | 'strategy' | 'secrets'>,
  runsOn: RunsOn,
  needs: string,
): readonly string[] {
  const secrets = job.secrets.map(({ name }) => `          ${name}: \${{ secrets.${name} }}`);
  return [
    `  run-${job.name.replaceAll('.', '-')}:`,
    `    needs: ${needs}`,
    `    runs-on: ${runsOnText(runsOn)}`,
    `    timeout-minutes: ${stepMinutes([job])}`,
    '    permissions: { contents: read, packages: read }',
    '    steps:',
    '      - uses: actions/checkout@v7',
    '      - uses: org/jobimg-action@v1',
    `        with: { job: ${job.name}, dispatch: "true", artifact: true }`,
    ...(secrets.length === 0 ? [] : ['        env:', ...secrets]),
  ];
}

/** JSON is YAML too, and quotes what has to be quoted. */
function runsOnText({ group, labels }: RunsOn): string {
  return JSON.stringify(group === undefined ? labels : { group, labels });
}
