import { normalize } from 'node:path/posix';
import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { compileGlob, type Glob } from './glob.ts';
import { GlobError } from './regexp.ts';

/** One line of an ignore file. */
export interface Pattern extends Glob {
  /** It begins with `!`: what it matches enters again. */
  readonly excepts: boolean;
  readonly glob: string;
}

export function compilePattern(text: string): Pattern {
  const cleaned = clean(text);
  const excepts = cleaned.startsWith('!');
  const glob = excepts ? cleaned.slice(1) : cleaned;
  if (glob === '') throw new GlobError("names nothing after its '!'");
  return { excepts, glob, ...compileGlob(glob) };
}

/** Go's filepath.Clean. */
export function clean(path: string): string {
  const normal = normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** Reports a pattern that Docker would refuse. */
export function checkPattern(pattern: string, at: Location | undefined, findings: Findings): void {
  if (/^!\.\.(\/|$)/.test(pattern)) {
    const hint = 'only what is in the folder can enter';
    findings.error('ignore-outside', `"${pattern}" names something outside the folder`, { hint, at });
    return;
  }
  const message = catchGlobError(() => compilePattern(pattern));
  if (message === undefined) return;
  const hint = 'write a backslash before a character that is meant as it is';
  findings.error('ignore-pattern', `"${pattern}" ${message}`, { hint, at });
}

function catchGlobError(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof GlobError) return error.message;
    throw error;
  }
}
