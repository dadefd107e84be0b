import type { Findings } from '../../findings.ts';
import type { BuiltImage, StepSpec } from '../../jobspec/job/job.ts';
import type { Step } from '../step.ts';

/** One line of a Dockerfile, and one argument of a process, are no longer. */
const MAX_LINE = 65_000;
const MAX_TEXT = 120_000;

/** The shell texts of `build` and `setup`, each a step of its own. */
export function commandSteps(
  kind: 'build' | 'setup',
  image: Pick<BuiltImage, 'build' | 'setup' | 'secrets'>,
  findings: Findings,
): readonly Step[] {
  const all = image.secrets.map(({ name }) => name);
  return image[kind].map((spec, index) => {
    const title = `${kind} ${index + 1}`;
    checkText(spec, title, findings);
    checkSecrets(spec, all, findings);
    const { run, env, origin, secrets = all } = spec;
    return { title, kind: 'shell', run, env, origin, secrets: [...new Set(secrets)].sort(), files: [] };
  });
}

function checkText({ run, origin }: StepSpec, title: string, findings: Findings): void {
  const location = origin;
  if (run.includes('\0')) {
    findings.error('step-text', `the step ${title} contains a NUL character`, { at: location });
  }
  const tooLong =
    Buffer.byteLength(run) > MAX_TEXT || run.split('\n').some((line) => Buffer.byteLength(line) > MAX_LINE);
  if (!tooLong) return;
  const hint = 'put it into a script of the repository and run that in "setup"';
  findings.error('step-text', `the step ${title} is too long for one command`, { hint, at: location });
}

function checkSecrets(
  { secrets = [], origin }: StepSpec,
  known: readonly string[],
  findings: Findings,
): void {
  for (const name of secrets.filter((secret) => !known.includes(secret))) {
    findings.error(
      'unknown-build-secret',
      `the step names the secret "${name}", which the image does not declare`,
      { hint: `write image: { secrets: [${name}] }`, at: origin },
    );
  }
}
