import posix from 'node:path/posix';
import { UserError } from '../../errors.ts';
import type { RunPlan } from '../../run/types/plan.ts';

/** Asked for by nobody: it is collected when it is there. */
const DEFAULT_OUTPUT = 'outputs';

/** Files of outputs that are looked for by name. */
export function wantedNames({ metrics }: RunPlan): ReadonlySet<string> {
  return new Set(metrics.flatMap((source) => ('path' in source ? [normalizePath(source.path)] : [])));
}

/** Everything that is collected, each file once. */
export function wantedPaths(run: RunPlan): readonly string[] {
  return outermost([...run.outputs.map(normalizePath), ...wantedNames(run)]);
}

/** Paths without those that are in another one. */
function outermost(paths: readonly string[]): readonly string[] {
  const unique = [...new Set(paths)];
  return unique.filter(
    (path) => !unique.some((other) => other !== path && (other === '.' || path.startsWith(`${other}/`))),
  );
}

/** Throws for a path that is absolute or leads out of the work directory. */
export function checkInside(path: string): void {
  if (!posix.isAbsolute(path) && !path.split('/').includes('..')) return;
  throw new UserError(`the output "${path}" is outside of the work directory`, {
    hint: 'write a path inside it',
  });
}

/** Whether the spec itself names the output; the default one counts as not named. */
export function isDeclared(run: RunPlan, path: string): boolean {
  return path !== DEFAULT_OUTPUT && run.outputs.some((output) => normalizePath(output) === path);
}

export function normalizePath(path: string): string {
  return posix.normalize(path).replace(/\/+$/, '');
}
