import { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuildSecret, BuiltImage, Job } from '../../jobspec/job/job.ts';
import { isLoopback } from '../../jobspec/values/index-url.ts';
import type { Access, GitAccess } from '../private-places.ts';
import { requirementsText } from '../requirements-text.ts';
import type { Step } from '../step.ts';
import { gitHosts, webAddress } from './git-hosts.ts';

interface AccessContext {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly tree: Tree;
}

/** undefined when the image asks for nothing private, so that its Dockerfile stays as it is. */
export function chooseAccess(
  { job, image, tree }: AccessContext,
  steps: readonly Step[],
  findings: Findings,
): Access | undefined {
  const { index, ssh = false } = image;
  const git = image.git && gitAccess(image.git, { job, steps, tree }, findings);
  if (index !== undefined && !steps.some(installs)) {
    const message = 'the index of "image.index" has no effect: no package is installed';
    const location = job.origins.get('image.index.url') ?? job.origins.get('image.index');
    findings.warning('index-unused', message, { hint: 'remove it', at: location });
  }
  if (index === undefined && git === undefined && !ssh) return undefined;
  return { index, git, ssh };
}

/** An installation by pip, uv or conda, unlike what makes the environment of Python. */
function installs({ kind, title, offline }: Step): boolean {
  return kind === 'conda' || (kind === 'python' && title !== 'python' && offline !== true);
}

function gitAccess(
  secret: BuildSecret,
  { job, steps, tree }: { readonly job: Job; readonly steps: readonly Step[]; readonly tree: Tree },
  findings: Findings,
): GitAccess | undefined {
  const location = job.origins.get('image.git.token') ?? job.origins.get('image.git');
  const python = steps.filter(({ kind }) => kind === 'python');
  const files = [...new Set(python.flatMap((step) => step.files))];
  // What is wrong with a file was reported where it was read.
  const texts = files.map((file) => new Findings().attempt(undefined, () => requirementsText(tree, file)));
  const hosts = gitHosts([...python.map(({ run }) => run), ...texts.map((text) => text ?? '')]);
  if (hosts.length === 0) {
    const message = 'the token of "image.git" has no effect: no requirement is fetched by git';
    findings.warning('git-unused', message, { hint: 'remove it', at: location });
    return undefined;
  }
  const open = hosts.filter((host) => host.scheme === 'http' && !isLoopback(host.name));
  for (const host of open) {
    findings.error(
      'git-unencrypted',
      `the token of "image.git" would go to ${webAddress(host)} unencrypted`,
      { hint: 'write https:// in the requirement', at: location },
    );
  }
  return { secret, hosts };
}

/** As the hash of an image holds it: names of secrets, and addresses. */
export function accessInput(access: Access | undefined): unknown {
  if (access === undefined) return undefined;
  const { index, git, ssh } = access;
  return {
    index: index && { url: index.url, extra: index.extra, secret: index.secret?.name },
    git: git && { token: git.secret.name, hosts: git.hosts },
    ssh,
  };
}
