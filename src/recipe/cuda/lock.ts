import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { cudaPackages, lockFix } from '../../fit/checks/lock-fix.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { ChosenDependencies } from '../dependencies/choose.ts';

interface LockedCudaOptions {
  readonly tree: Tree;
  readonly dependencies: ChosenDependencies;
}

/** A lock that brings CUDA. */
export interface LockedCuda {
  readonly path: string;
  readonly text: string;
  readonly versions: readonly string[];
}

/** Locks that are installed as they are, with the CUDA that they bring. */
export function lockedCuda({ tree, dependencies }: LockedCudaOptions): readonly LockedCuda[] {
  const locks = dependencies.files.filter(({ install, open }) => install !== undefined && open === undefined);
  return locks
    .map(({ path }) => ({ path, text: tree.text(path) ?? '' }))
    .map(({ path, text }) => ({ path, text, versions: cudaOf(text) }))
    .filter(({ versions }) => versions.length > 0);
}

interface WantedCuda {
  /** `cpu`, `cu126` */
  readonly folder: string;
  /** undefined: no CUDA. */
  readonly version?: string | undefined;
  readonly location: Location | undefined;
}

/** Nothing of a lock is changed: what it brings beside what is asked for is reported, with what to write. */
export function reportLocked(
  { path, text, versions }: LockedCuda,
  wanted: WantedCuda,
  findings: Findings,
): void {
  const { folder, version, location = { file: path } } = wanted;
  if (version !== undefined && versions.every((one) => one === version)) return;
  const brings = `${path} brings CUDA ${versions.join(', ')}`;
  const hint = lockFix({ path, packages: cudaPackages(text) }, folder);
  if (version === undefined) {
    const message = `${brings}, gigabytes that are of no use without a GPU`;
    findings.notice('cuda-locked', message, { hint, at: location });
    return;
  }
  const message = `${brings}, and "image.cuda" is ${version}: a lock is installed as it is`;
  findings.warning('cuda-locked', message, { hint, at: location });
}

/** NVIDIA's runtime as a wheel: those of torch pin it, and its version is that of CUDA. */
const RUNTIME =
  /nvidia-cuda-runtime(?:-cu\d{2})?(?:==|"\s{0,4}version = "|": \{[^{}]{0,4000}"version": "==)(\d{1,2}\.\d{1,2})/g;

/** The versions of CUDA that a lock brings, `12.8`. */
export function cudaOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(RUNTIME)].flatMap(([, version]) => version ?? []))];
}
