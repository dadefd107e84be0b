import type * as z from 'zod';
import type { Finding } from '../../../errors.ts';
import { keysAt } from '../../findings/known-keys.ts';
import { findingsOf } from '../../findings/problems.ts';
import { suggestion } from '../../values/suggest.ts';
import { keyPlaceOf, type MapNode, plain } from '../../yaml/node.ts';
import type { FileSchema } from './schema.ts';

/** Words of a file of this kind that stand elsewhere, or do no longer. */
const MOVED: Readonly<Record<string, string>> = {
  image: 'write it below "build"',
  dockerfile: 'write it below "build"',
  build_steps: 'write it below "build"',
  steps: 'write "build_steps" below "build"',
  env_vars: 'write it below "build"',
  cmd: 'write it below "run"',
  resources: 'write it below "environment"',
  matrix: 'write it below "hptuning"',
  model: 'graph models are not supported; write a script and start it with "run: { cmd: python train.py }"',
  project: 'remove it: the repository is the project',
  train: 'graph models are not supported; write a script and start it with "run: { cmd: python train.py }"',
  eval: 'graph models are not supported; write a script and start it with "run: { cmd: python train.py }"',
};

type Issue = z.core.$ZodIssue;

/** What the shape of the file has against it, in the file's own words. */
export function checkStructure(root: MapNode, schema: FileSchema): readonly Finding[] {
  const read = schema.safeParse(plain(root));
  if (read.success) return [];
  const atTop = (issue: Issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0;
  const issues = read.error.issues.filter((issue) => !atTop(issue));
  const unknown = read.error.issues.filter(atTop).flatMap((issue) => unknownKeys(issue, root, schema));
  return [...unknown, ...findingsOf(issues, root, (path) => keysAt(schema, path)).map(withLenience)];
}

/** Files that Polyaxon itself published have such keys, and it passed over them. */
function withLenience(finding: Finding): Finding {
  if (finding.code !== 'unknown-key' || !finding.message.includes('"environment.resources.')) return finding;
  const hint = [finding.hint, '"strict: false" (--no-strict) passes over it'].filter(Boolean).join(' ');
  return { ...finding, hint };
}

const MOST = 50;

function unknownKeys(issue: Issue, root: MapNode, schema: FileSchema): readonly Finding[] {
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
  return keys.slice(0, MOST).map((key) => ({
    level: 'error',
    code: 'unknown-key',
    message: `unknown key "${key}"`,
    hint: (Object.hasOwn(MOVED, key) ? MOVED[key] : undefined) ?? suggestion(key, keysAt(schema, [])),
    location: keyPlaceOf(root, [], key),
  }));
}
