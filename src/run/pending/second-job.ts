import type { Job, RunsOn } from '../../jobspec/job/job.ts';
import { stepMinutes } from '../plan/time-limit.ts';

type Described = Pick<Job, 'name' | 'timeout' | 'queueTimeout' | 'stopGrace' | 'strategy' | 'secrets'>;

interface SecondJobOptions {
  readonly runsOn: RunsOn;
  /** The job of the workflow that makes the image. */
  readonly needs: string;
  /** Whether it runs from the checkout, because the image is not all that it takes. */
  readonly checkout: boolean;
}

/** The job of a workflow that runs where the spec says, to be pasted below the one that made the image. */
export function secondJob(job: Described, { runsOn, needs, checkout }: SecondJobOptions): readonly string[] {
  const secrets = job.secrets.map(({ name }) => `          ${name}: \${{ secrets.${name} }}`);
  const rights = checkout ? '{ contents: read, packages: read }' : '{ packages: read }';
  return [
    `  run-${job.name.replaceAll('.', '-')}:`,
    `    needs: ${needs}`,
    `    runs-on: ${runsOnText(runsOn)}`,
    `    timeout-minutes: ${stepMinutes([job])}`,
    `    permissions: ${rights}`,
    '    steps:',
    ...(checkout ? withCheckout(job) : fromResult(job, needs)),
    ...(secrets.length === 0 ? [] : ['        env:', ...secrets]),
  ];
}

function withCheckout({ name }: Described): readonly string[] {
  return [
    '      - uses: actions/checkout@v7',
    '      - uses: org/jobimg-action@v1',
    `        with: { job: ${name}, dispatch: "true", artifact: true }`,
  ];
}

function fromResult({ name }: Described, needs: string): readonly string[] {
  return [
    '      - uses: org/jobimg-action/run@v1',
    '        with:',
    `          from: \${{ needs.${needs}.outputs.result }}`,
    `          job: ${name}`,
    '          artifact: true',
  ];
}

/** What the job that makes the image has to hand on for that. */
export function handedOn(step: string): string {
  return `    outputs: { result: "\${{ steps.${step}.outputs.result }}" }`;
}

/** JSON is YAML too, and quotes what has to be quoted. */
function runsOnText({ group, labels }: RunsOn): string {
  return JSON.stringify(group === undefined ? labels : { group, labels });
}
