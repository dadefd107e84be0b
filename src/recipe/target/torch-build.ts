import { TORCH, type TorchBuilds } from '../../data/torch.ts';
import { PYPI_TORCH } from '../../data/wheels.ts';
import type { ImageFacts, TargetFacts } from '../../fit/facts.ts';
import { torchFacts } from '../../fit/image.ts';
import { compareVersions, isAtLeast, minorOf } from '../../fit/version.ts';
import { allowsRelease, type SpecifierSet } from '../packages/specifier.ts';
import { contradictionOf } from './contradiction.ts';

interface AskedTorch {
  /** As far as it is pinned. */
  readonly version?: string | undefined;
  /** What else is asked of its version. */
  readonly bounds: SpecifierSet;
  /** The Python that the packages are installed for. */
  readonly python: string;
}

/** Which build of torch a place can run, and what speaks against the one that PyPI has. */
export interface TorchBuild {
  readonly cuda: string;
  readonly instead: string;
}

/** Of an image that gets torch from PyPI; undefined: what PyPI has is not known. */
export function usualTorch(asked: AskedTorch): ImageFacts | undefined {
  const { version } = asked;
  const row = PYPI_TORCH.findLast(({ torch }) => isAsked(torch, asked));
  return row && torchFacts(version ?? row.torch, row.cuda, 'PyPI');
}

/**
 * The build of the newest torch, and of that the newest CUDA, against which nothing speaks; undefined: that of PyPI will
 * do, or no other one is known.
 */
export function torchBuildFor(asked: AskedTorch, target: TargetFacts): TorchBuild | undefined {
  const usual = usualTorch(asked);
  const instead = usual && contradictionOf(usual, target);
  if (instead === undefined) return undefined;
  const found = buildsOf(asked).find(({ torch, cuda }) =>
    isRight(torchFacts(asked.version ?? torch, cuda, ''), target),
  );
  return found && { cuda: found.cuda, instead };
}

/** What is not known is no reason to choose it. */
function isRight(build: ImageFacts, target: TargetFacts): boolean {
  const isKnown = target.gpus === undefined || build.architectures !== undefined;
  return isKnown && contradictionOf(build, target) === undefined;
}

function buildsOf(asked: AskedTorch): readonly { torch: string; cuda: string }[] {
  return TORCH.filter(({ torch }) => isAsked(torch, asked))
    .filter(({ isPypi }) => isPypi !== true)
    .sort((a, b) => -(compareVersions(a.torch, b.torch) ?? 0))
    .flatMap(newestFirst);
}

/** Whether a minor version may be what is installed. */
function isAsked(torch: string, { version, bounds, python }: AskedTorch): boolean {
  if (version !== undefined) return torch === minorOf(version);
  return hasWheels(torch, python) && PATCHES.some((patch) => allowsRelease(bounds, `${torch}.${patch}`));
}

/** More than any version of torch has had. */
const PATCHES = [...Array(10).keys()];

function newestFirst({ torch, cuda }: TorchBuilds): readonly { torch: string; cuda: string }[] {
  return [...cuda].sort((a, b) => -(compareVersions(a, b) ?? 0)).map((one) => ({ torch, cuda: one }));
}

/** A version that is not in the table has wheels for the Pythons of the newest one that is. */
function hasWheels(torch: string, python: string): boolean {
  const row = TORCH.find((one) => one.torch === torch) ?? TORCH.at(-1);
  const [lowest = python, highest = python] = row?.python ?? [];
  const minor = minorOf(python);
  return isAtLeast(minor, lowest) === true && isAtLeast(highest, minor) === true;
}
