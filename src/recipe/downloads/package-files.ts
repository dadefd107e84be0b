import { posix } from 'node:path';
import type { Toml } from '../toml.ts';
import type { Target } from './target.ts';

/** One file of a package, as a lock lists it. */
export interface PackageFile {
  readonly name: string;
  readonly size: number | undefined;
}

/** The sdist and the wheels of a package of `uv.lock` or `pylock.toml`. */
export function packageFiles(one: Toml): readonly PackageFile[] {
  const sdist = one.has('sdist') ? [one.table('sdist')] : [];
  return [...sdist, ...one.tables('wheels')].map(packageFile);
}

export function packageFile(file: Toml): PackageFile {
  const size = file.value('size');
  const place = file.text('filename') ?? file.text('name') ?? file.text('url') ?? file.text('path') ?? '';
  return { name: posix.basename(place), size: typeof size === 'number' ? size : undefined };
}

/** The smallest of the files that an installer may take there: 0 when it is not known. */
export function sizeFor(files: readonly PackageFile[], target: Target): number {
  const wheels = files.filter(({ name }) => name.endsWith('.whl'));
  const fitting = wheels.filter(({ name }) => fits(name, target));
  const taken = fitting.length > 0 ? fitting : files.filter(({ name }) => !name.endsWith('.whl'));
  return taken.length === 0 ? 0 : Math.min(...taken.map(({ size }) => size ?? 0));
}

/** https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/ */
function fits(name: string, { machine, python }: Target): boolean {
  const [, pythons = '', abi = '', platforms = ''] = /-([^-]+)-([^-]+)-([^-]+)\.whl$/.exec(name) ?? [];
  const isOfMachine = platforms
    .split('.')
    .some((one) => one === 'any' || (/^(?:many)?linux/.test(one) && one.endsWith(`_${machine}`)));
  return isOfMachine && (python === undefined || pythons.split('.').some((tag) => runs(tag, abi, python)));
}

/** Whether a Python takes wheels of a tag; a build of Python without the global lock is nobody's default. */
function runs(tag: string, abi: string, python: string): boolean {
  const [, minor = ''] = python.split('.');
  const [, kind, major, written] = /^(py|cp)(\d)(\d*)$/.exec(tag) ?? [];
  if (major !== '3' || abi.endsWith('t')) return false;
  if (kind === 'py' || abi === 'abi3') return written === '' || Number(written) <= Number(minor);
  return written === minor;
}
