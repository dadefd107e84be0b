// `.github/workflows/signed-job.yml` is `job.yml` with the right to sign. GitHub compares the permissions of a reusable
// workflow with those of its caller before anything starts, so with that right in `job.yml` every caller would have to give it.

export const JOB = '.github/workflows/job.yml';
export const SIGNED_JOB = '.github/workflows/signed-job.yml';

/** What stands in `job.yml`, how often, and what stands there instead. */
const CHANGES = [
  [
    /^# The reusable workflow:/m,
    1,
    '# Written by scripts/write-docs.mjs from job.yml, which does not sign.\n# The reusable workflow:',
  ],
  [/^name: Job$/m, 1, 'name: Signed job'],
  [/^( +)packages: (?:read|write) # .*$/gm, 2, '$&\n$1id-token: write # to sign'],
  [/^( +)artifact: \$\{\{ inputs\.artifact \}\}$/gm, 2, '$&\n$1attest: true'],
];

/** The text of the workflow that signs, from that of the one that does not. */
export function signedWorkflow(job) {
  return CHANGES.reduce((text, [pattern, count, instead]) => {
    const found = text.match(new RegExp(pattern, [...new Set(`${pattern.flags}g`)].join('')))?.length ?? 0;
    if (found !== count) throw new Error(`${JOB}: ${pattern} is there ${found} times, and not ${count}`);
    return text.replace(pattern, instead);
  }, job);
}
