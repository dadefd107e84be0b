import type { Findings } from '../../findings.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { holdsPassword, looksSecret } from '../../jobspec/values/names.ts';
import type { Notes } from '../notes.ts';
import type { EnvironmentChoice, EnvironmentOptions } from './environment-choice.ts';
import { generatedEnvironment } from './generated-environment.ts';
import { ownEnvironment } from './own-environment.ts';

export function chooseEnvironment(options: EnvironmentOptions, notes: Notes): EnvironmentChoice | undefined {
  const { image, job } = options;
  for (const [name, value] of image.env) checkVariable(name, value, job, notes.findings);
  return image.dockerfile === undefined
    ? generatedEnvironment(options, notes)
    : ownEnvironment(image.dockerfile, options, notes);
}

function checkVariable(name: string, value: string, job: Job, findings: Findings): void {
  const isSecret = looksSecret(name);
  if (!isSecret && !holdsPassword(value)) return;
  const why = isSecret
    ? 'looks like a secret, and the image would keep its value'
    : 'is an address with a password, and the image would keep it';
  findings.error('secret-in-image', `"${name}" ${why}`, {
    hint: `write "secrets: [${name}]" beside "image" for the run, or below "image" for build steps`,
    at: job.origins.get(`image.env.${name}`),
  });
}
