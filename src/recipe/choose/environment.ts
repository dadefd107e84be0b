import type { Findings } from '../../findings.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { looksSecret } from '../../jobspec/values/names.ts';
import type { Notes } from '../notes.ts';
import type { EnvironmentChoice, EnvironmentOptions } from './environment-choice.ts';
import { generatedEnvironment } from './generated-environment.ts';
import { ownEnvironment } from './own-environment.ts';

export function chooseEnvironment(options: EnvironmentOptions, notes: Notes): EnvironmentChoice | undefined {
  const { image, job } = options;
  for (const name of image.env.keys()) checkVariable(name, job, notes.findings);
  return image.dockerfile === undefined
    ? generatedEnvironment(options, notes)
    : ownEnvironment(image.dockerfile, options, notes);
}

function checkVariable(name: string, job: Job, findings: Findings): void {
  if (!looksSecret(name)) return;
  findings.error('secret-in-image', `"${name}" looks like a secret, and the image would keep its value`, {
    hint: `write "secrets: [${name}]" beside "image" for the run, or below "image" for build steps`,
    at: job.origins.get(`image.env.${name}`),
  });
}
