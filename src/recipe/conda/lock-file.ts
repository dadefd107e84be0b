import { UserError } from '../../errors.ts';
import { pixiDownloads } from '../downloads/pixi-lock.ts';
import type { CondaEnvironment } from './environment.ts';

/** What a lock says of itself to the eye; its packages are read by the installer, which alone reads it whole. */
export interface LockFileFacts {
  /** In the order of the file; empty when they cannot be told. */
  readonly platforms: readonly string[];
  readonly python: CondaEnvironment['python'];
  /** Whether it may have packages of PyPI. */
  readonly hasPip: boolean;
  /** Bytes of its conda packages, where it has them. */
  readonly size?: number | undefined;
}

type ReadLock = (lines: readonly string[], platform: string, path: string) => LockFileFacts;

/** https://pixi.sh/latest/workspace/lockfile/ : the environment `default`. */
export const readPixiLock: ReadLock = (lines, platform, path) => {
  const blocks = blockBelow(lines, ['environments:', '  default:', '    packages:']);
  const platforms = blocks.flatMap(({ text }) => /^ {6}([a-z0-9-]+):/.exec(text)?.[1] ?? []);
  const ours = blockBelow(lines, ['environments:', '  default:', '    packages:', `      ${platform}:`]);
  const found = ours.flatMap(({ text, line }) => {
    const version = /^\s*- conda: \S+\/python-(\d+\.\d+\.\d+)-[^/-]+\.(?:conda|tar\.bz2)/.exec(text)?.[1];
    return version === undefined ? [] : [pinned(version, path, line)];
  });
  const urls = ours.flatMap(({ text }) => /^\s*- conda: (\S+)/.exec(text)?.[1] ?? []);
  return {
    platforms,
    python: found[0],
    hasPip: ours.some(({ text }) => /^\s*- pypi: /.test(text)),
    size: pixiDownloads(lines, urls),
  };
};

/** https://conda.github.io/conda-lock/output/ */
export const readCondaLock: ReadLock = (lines, platform, path) => {
  const listed = blockBelow(lines, ['metadata:', '  platforms:']);
  const platforms = listed.flatMap(({ text }) => /^ +- ([a-z0-9-]+)$/.exec(text)?.[1] ?? []);
  const found = lines.flatMap((text, index) => {
    if (!/^ *-? *url: /.test(text)) return [];
    const pattern = new RegExp(`/${platform}/python-(\\d+\\.\\d+\\.\\d+)-[^/-]+\\.(?:conda|tar\\.bz2)`);
    const version = pattern.exec(text)?.[1];
    return version === undefined ? [] : [pinned(version, path, index + 1)];
  });
  return { platforms, python: found[0], hasPip: lines.some((text) => /^ +manager: pip$/.test(text)) };
};

function pinned(version: string, file: string, line: number): CondaEnvironment['python'] {
  return { text: `python ${version}`, specifiers: `==${version}`, location: { file, line } };
}

interface Line {
  readonly text: string;
  readonly line: number;
}

/** The lines below a path of keys as the tools write them, up to the next line that is no deeper. */
function blockBelow(lines: readonly string[], path: readonly string[]): readonly Line[] {
  let block = lines.map((text, index) => ({ text, line: index + 1 }));
  for (const key of path) {
    const start = block.findIndex(({ text }) => text.trimEnd() === key);
    if (start < 0) return [];
    const depth = key.search(/\S/);
    const rest = block.slice(start + 1);
    const end = rest.findIndex(({ text }) => text.trim() !== '' && isOver(text, depth));
    block = end < 0 ? rest : rest.slice(0, end);
  }
  return block;
}

/** An item of a list may stand at the depth of its key. */
function isOver(text: string, depth: number): boolean {
  const own = text.search(/\S/);
  return own < depth || (own === depth && !text.startsWith('- ', own));
}

/** Throws when the file says that it is not for the platform. */
export function checkPlatform({ platforms }: LockFileFacts, platform: string, path: string): void {
  if (platforms.length === 0 || platforms.includes(platform)) return;
  throw new UserError(`"${path}" is not for ${platform}, but for: ${platforms.join(', ')}`, {
    code: 'lock-platform',
    hint: `add ${platform} to its platforms and lock again`,
    location: { file: path },
  });
}
