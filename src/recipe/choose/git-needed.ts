import type { Findings } from '../../findings.ts';
import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import { parseMatchSpec } from '../../jobspec/values/conda.ts';
import type { ChosenDependencies } from '../dependencies/choose.ts';
import { condaOf } from '../dependencies/with-conda.ts';

interface CheckGitOptions {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly dependencies: ChosenDependencies;
  readonly baseIsKnown: boolean;
}

function condaNames(dependencies: ChosenDependencies): readonly string[] {
  const packages = condaOf(dependencies)?.conda.packages;
  return packages?.kind === 'open' ? packages.specs.map((spec) => parseMatchSpec(spec).name) : [];
}

/** The small Python images have neither git nor ssh, and pip's own words for it come late. */
export function checkGit(
  { job, dependencies, image, baseIsKnown }: CheckGitOptions,
  apt: readonly string[],
  findings: Findings,
): void {
  const fromFiles = dependencies.files.find(({ git }) => git !== undefined);
  const fromSpec = image.packages.find((name) => /@ ?git\+/.test(name));
  const requirement = fromFiles?.git ?? fromSpec;
  if (requirement === undefined || !baseIsKnown) return;

  // With a token, what is written for ssh is fetched by https.
  const bySsh = image.ssh === true && image.git === undefined && requirement.includes('ssh://');
  const needed = bySsh ? ['git', 'openssh-client'] : ['git'];
  const isThere = (name: string) =>
    apt.some((one) => one.split(/[:=]/)[0] === name) || condaNames(dependencies).includes(name);
  const [missing] = needed.filter((name) => !isThere(name));
  if (missing === undefined) return;
  findings.error(
    'git-needed',
    `"${requirement}" is fetched by ${missing === 'git' ? 'git' : 'ssh'}, which the base does not have`,
    {
      hint: `write image: { apt: [${needed.join(', ')}] }`,
      at: fromFiles === undefined ? job.origins.get('image.packages') : { file: fromFiles.path },
    },
  );
}
