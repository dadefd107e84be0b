import { sha256 } from '../../../oci/digest.ts';
import type { Toml } from '../../toml.ts';
import { pythonJson } from '../kind/python-json.ts';

const PROJECT_KEYS = ['requires-python', 'dependencies', 'optional-dependencies'];
const OLD_KEYS = ['dependencies', 'source', 'extras', 'dev-dependencies'];

/** Poetry's own `content-hash`, of both forms it has had; what cannot be computed is taken for current. */
export function isStale(lock: Toml, project: Toml): boolean {
  const hash = lock.text('metadata', 'content-hash');
  const hashes = [true, false].map((withGroups) => contentHash(project, withGroups));
  return hash !== undefined && !hashes.includes(undefined) && !hashes.includes(hash);
}

function contentHash(project: Toml, withGroups: boolean): string | undefined {
  const own = pick(project.table('project'), PROJECT_KEYS);
  const groups = withGroups ? (project.value('dependency-groups') ?? {}) : {};
  const isNew = Object.keys(own).length + Object.keys(groups).length > 0;
  const tool = project.table('tool', 'poetry');
  const missingKeys = isNew ? {} : Object.fromEntries(OLD_KEYS.map((key) => [key, null]));
  const poetry = { ...missingKeys, ...pick(tool, [...OLD_KEYS, 'group']) };
  const content = {
    ...(Object.keys(own).length === 0 ? {} : { project: own }),
    ...(Object.keys(groups).length === 0 ? {} : { 'dependency-groups': groups }),
    tool: { poetry },
  };
  const text = pythonJson(isNew ? content : poetry);
  return text === undefined ? undefined : sha256(text).slice('sha256:'.length);
}

function pick(toml: Toml, keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.filter((key) => toml.has(key)).map((key) => [key, toml.value(key)]));
}
