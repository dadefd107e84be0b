import { BRING_CUDA, NEED_CUDA, NEED_TORCH, TORCH_FAMILY } from '../../data/torch.ts';
import type { ImageFacts, TargetFacts } from '../../fit/facts.ts';
import { factsOfName } from '../../fit/image.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import { parseReference } from '../../oci/reference.ts';
import { isCompared } from '../compared.ts';
import { factsOfPackages } from '../cuda/image-facts.ts';
import { lockedCuda } from '../cuda/lock.ts';
import { asksOf, type TorchRequirement } from '../cuda/torch-asks.ts';
import type { ChosenDependencies } from '../dependencies/choose.ts';
import { condaOf } from '../dependencies/with-conda.ts';
import type { PythonChoice } from '../packages/python.ts';
import { platformOf } from '../platform.ts';
import { compatBaseFor } from './compat-base.ts';
import { contradictionOf } from './contradiction.ts';
import { declaredTarget } from './declared.ts';
import { torchBuildFor, usualTorch } from './torch-build.ts';

interface PlannedImageOptions {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly tree: Tree;
  readonly dependencies: ChosenDependencies;
  readonly python: PythonChoice;
  /** Images that are taken where no file names a package, the usual one first; none: some file does. */
  readonly bases: readonly string[];
}

/** What a spec could have said itself, chosen for the place that it declares. */
export interface PlannedImage {
  readonly image: BuiltImage;
  /** Why it is not what it would be otherwise; undefined: it is. */
  readonly why?: string | undefined;
}

/** Nothing is chosen where the spec says it, where nothing speaks against what is usual, or where nothing would help. */
export function plannedImage(options: PlannedImageOptions): PlannedImage {
  const { job, image } = options;
  const isOpen = image.cuda === 'auto' && image.base === undefined && image.dockerfile === undefined;
  // The tables are of x86-64.
  if (!isOpen || !isCompared(job) || platformOf(image).architecture !== 'amd64') return { image };
  const target = declaredTarget(job);
  if (target.driver === undefined && target.gpus === undefined) return { image };
  return baseOf(options, target) ?? packagesOf(options, target) ?? compatOf(options, target) ?? { image };
}

/** Of an image without a dependency file, the variant that the target can run. */
function baseOf({ image, bases }: PlannedImageOptions, target: TargetFacts): PlannedImage | undefined {
  const [usual, ...others] = bases;
  const instead = usual && contradictionOf(factsOf(usual), target);
  if (!instead) return undefined;
  const base = others.find((name) => contradictionOf(factsOf(name), target) === undefined);
  return base === undefined ? undefined : { image: { ...image, base: parseReference(base) }, why: instead };
}

function factsOf(name: string): ImageFacts {
  const { path, tag = '' } = parseReference(name);
  return factsOfName(path, tag);
}

function packagesOf(options: PlannedImageOptions, target: TargetFacts): PlannedImage | undefined {
  const asked = openTorch(options);
  const found = asked && torchBuildFor({ ...asked, python: options.python.version }, target);
  return found && { image: { ...options.image, cuda: found.cuda }, why: found.instead };
}

/** What asks for torch and leaves its build open; another index, a lock and other packages may have one of their own. */
function openTorch(options: PlannedImageOptions): Pick<TorchRequirement, 'version' | 'bounds'> | undefined {
  const asks = asksOf(options).filter(({ names }) => names.some(bringsTorch));
  const isTheirs = ({ names, indexes, build, isDirect }: TorchRequirement): boolean =>
    indexes.length > 0 || build !== undefined || isDirect || names.some(fixesCuda);
  if (asks.length === 0 || asks.some(isTheirs) || options.image.index !== undefined) return undefined;
  if (lockedCuda(options).length > 0 || condaOf(options.dependencies) !== undefined) return undefined;
  return {
    version: asks.find(({ version }) => version !== undefined)?.version,
    bounds: asks.flatMap((ask) => ask.bounds),
  };
}

function bringsTorch(name: string): boolean {
  return TORCH_FAMILY.has(name) || NEED_TORCH.has(name);
}

function fixesCuda(name: string): boolean {
  return NEED_CUDA.has(name) || BRING_CUDA.has(name);
}

/** Where no other build helps, a base with `cuda-compat` may. */
function compatOf(options: PlannedImageOptions, target: TargetFacts): PlannedImage | undefined {
  const { dependencies, image, python } = options;
  if (condaOf(dependencies) !== undefined) return undefined;
  const asked = openTorch(options);
  const usual = asked && usualTorch({ ...asked, python: python.version });
  const facts = usual ?? factsOfPackages({ ...options, cuda: { wheels: new Map() } });
  const why = contradictionOf(facts, target);
  const base = why === undefined ? undefined : compatBaseFor(facts, target);
  return base === undefined ? undefined : { image: { ...image, base: parseReference(base) }, why };
}
