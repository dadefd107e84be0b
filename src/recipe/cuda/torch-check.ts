import { TORCH, type TorchBuilds } from '../../data/torch.ts';
import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { PythonChoice } from '../packages/python.ts';
import type { TorchRequirement } from './torch-asks.ts';

interface CheckTorchOptions {
  readonly ask: TorchRequirement;
  /** `12.6` */
  readonly version: string;
  /** `cu126` */
  readonly folder: string;
  readonly python: PythonChoice;
  readonly location: Location | undefined;
}

/** Whether there are wheels of the torch that is pinned for this CUDA and this Python. What is newer may have any. */
export function checkTorch(options: CheckTorchOptions, findings: Findings): void {
  const { ask, version, folder, location } = options;
  const builds = buildsOf(ask.version);
  if (ask.build !== undefined && ask.build !== folder) {
    findings.error(
      'cuda-build',
      `${ask.title} asks for the build of torch "${ask.build}", and "image.cuda" is ${version}`,
      { hint: 'make the two agree', at: location },
    );
  }
  const index = ask.indexes.find((line) => !line.includes(`/${folder}`));
  if (ask.indexes.length > 0 && index !== undefined) {
    const message = `${ask.title} itself says where packages come from, so "cuda: ${version}" has no effect there: "${index}"`;
    const hint = 'remove that line, or "cuda"';
    findings.warning('cuda-unused', message, { hint, at: location });
  }
  if (builds === undefined || builds.isPypi === true) warnOfUnknown(options, findings);
  else checkBuild(builds, options, findings);
  if (builds !== undefined) checkPython(builds, options, findings);
}

function buildsOf(version: string | undefined): TorchBuilds | undefined {
  const minor = version?.split('.').slice(0, 2).join('.');
  return TORCH.find(({ torch }) => torch === minor);
}

function warnOfUnknown({ ask, version, location }: CheckTorchOptions, findings: Findings): void {
  if (ask.version === undefined && TORCH.some(({ cuda }) => cuda.includes(version))) return;
  const what = ask.version === undefined ? `CUDA ${version}` : `torch ${ask.version}`;
  findings.warning(
    'cuda-unknown',
    `${what} is not in the table of torch and CUDA, so it cannot be checked before the build`,
    { hint: 'the build ends with an error when there are no such wheels', at: location },
  );
}

function checkBuild(
  builds: TorchBuilds,
  { ask, version, location }: CheckTorchOptions,
  findings: Findings,
): void {
  if (builds.cuda.includes(version)) return;
  const written = `torch ${ask.version}`;
  const others = TORCH.filter(({ cuda }) => cuda.includes(version)).map(({ torch }) => torch);
  const same = `${written} is built for CUDA ${builds.cuda.join(', ')}`;
  findings.error('cuda-torch', `${written} has no build for CUDA ${version}`, {
    hint: others.length === 0 ? same : `${same}; CUDA ${version} has torch ${others.join(', ')}`,
    at: location,
  });
}

function checkPython(
  { python: [lowest, highest] }: TorchBuilds,
  { ask, python, location }: CheckTorchOptions,
  findings: Findings,
): void {
  if (minorOf(python.version) >= minorOf(lowest) && minorOf(python.version) <= minorOf(highest)) return;
  findings.error(
    'torch-python',
    `torch ${ask.version} has no wheels for Python ${python.version} (${python.why})`,
    { hint: `it is built for ${lowest} to ${highest}: image: { python: ${highest} }`, at: location },
  );
}

function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}

/** Where torch is open: the newest may have dropped this CUDA, and PyPI's own build would be newer than any. */
export function torchBound({ version: pinned }: TorchRequirement, version: string): string | undefined {
  const newest = TORCH.findLast(({ cuda, isPypi }) => isPypi !== true && cuda.includes(version));
  if (pinned !== undefined || newest === undefined) return undefined;
  const [major = 0, minor = 0] = newest.torch.split('.').map(Number);
  return `torch<${major}.${minor + 1}`;
}
