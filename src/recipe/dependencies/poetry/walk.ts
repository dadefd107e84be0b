import { UserError } from '../../../errors.ts';
import { alternatives, pepVersions } from '../../packages/poetry-versions.ts';
import { normalizedName } from '../../packages/project-name.ts';
import { allowsRelease, parseSpecifiers } from '../../packages/specifier.ts';
import { type Toml, viewOf } from '../../toml.ts';
import { markerOf } from './project.ts';

/** A package of a lock, and when a run needs it. */
export interface LockedPackage {
  readonly one: Toml;
  readonly marker: string | undefined;
}

/** All of these must hold; none: always. */
type Condition = ReadonlySet<string>;

interface Node {
  readonly one: Toml;
  /** Any of these must hold. */
  conditions: readonly Condition[];
  readonly extras: Set<string>;
}

interface Edge {
  readonly name: string;
  readonly versions: string;
  readonly marker: string;
  readonly extras: readonly string[];
}

const MAX_CONDITIONS = 100;

/**
 * Before its lock version 2.1 Poetry does not write who needs a package and when: that is followed from what the project
 * names to what each package names, as Poetry does when it exports.
 */
export function neededPackages(lock: Toml, project: Toml): readonly LockedPackage[] {
  const nodes = lock
    .tables('package')
    .map((one): Node => ({ one, conditions: [], extras: new Set<string>() }));
  const pending = new Set<Node>();

  function follow(edge: Edge, from: readonly Condition[]): void {
    for (const node of candidates(edge, nodes)) {
      const isNew = addConditions(node, from, edge.marker);
      const extras = edge.extras.filter((extra) => !node.extras.has(extra));
      for (const extra of extras) node.extras.add(extra);
      if (isNew || extras.length > 0) pending.add(node);
    }
  }

  for (const edge of edgesOf(project.table('tool', 'poetry', 'dependencies'), new Set()))
    follow(edge, [new Set()]);
  for (const node of pending) {
    pending.delete(node);
    for (const edge of edgesOf(node.one.table('dependencies'), node.extras)) follow(edge, node.conditions);
  }
  return nodes.flatMap(({ one, conditions }) =>
    conditions.length === 0 ? [] : [{ one, marker: textOf(conditions) }],
  );
}

function edgesOf(table: Toml, extras: ReadonlySet<string>): readonly Edge[] {
  return table.keys().flatMap((name) => {
    const value = table.value(name);
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    return name === 'python' ? [] : all.flatMap((one) => edgeOf(name, one, extras) ?? []);
  });
}

/** undefined when only an extra that nobody asks for needs it. */
function edgeOf(name: string, value: unknown, extras: ReadonlySet<string>): Edge | undefined {
  if (typeof value === 'string')
    return { name: normalizedName(name), versions: value, marker: '', extras: [] };
  const table = viewOf(value, 'poetry.lock');
  const marker = markerOf(table);
  const named = [...marker.matchAll(EXTRA)].map(([, , extra = '']) => normalizedName(extra));
  if (table.value('optional') === true && !named.some((extra) => extras.has(extra))) return undefined;
  return {
    name: normalizedName(name),
    versions: table.text('version') ?? '*',
    marker: marker.replace(EXTRA, ALWAYS),
    extras: (table.texts('extras') ?? []).map(normalizedName),
  };
}

const EXTRA = /\bextra *== *(["'])([^"']*)\1/g;
const ALWAYS = 'python_version >= "3"';

/** A lock may hold several versions of a package, each for some of those that need it. */
function candidates({ name, versions }: Edge, nodes: readonly Node[]): readonly Node[] {
  const named = nodes.filter(({ one }) => normalizedName(one.text('name') ?? '') === name);
  if (named.length < 2) return named;
  const found = named.filter(({ one }) => isMeant(one.text('version') ?? '', versions));
  if (found.length > 0) return found;
  throw tooDifficult(`which version of "${name}" it means by "${versions}"`);
}

function isMeant(version: string, versions: string): boolean {
  try {
    const sets = alternatives(versions).map((set) => parseSpecifiers(pepVersions(set)));
    return sets.some((set) => allowsRelease(set, version));
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function tooDifficult(what: string): UserError {
  return new UserError(`the lock of an old Poetry does not say ${what}`, {
    code: 'lock-format',
    hint: 'run "poetry lock" with Poetry 2 and commit the result',
  });
}

/** Whether the node is needed in more cases than before. */
function addConditions(node: Node, from: readonly Condition[], marker: string): boolean {
  const isAlways = marker === '' || marker === ALWAYS;
  const added = isAlways ? from : from.map((condition) => new Set([...condition, marker]));
  const fresh = added.filter((one) => !node.conditions.some((known) => isWithin(known, one)));
  if (fresh.length === 0) return false;
  const kept = node.conditions.filter((known) => !fresh.some((one) => isWithin(one, known)));
  node.conditions = [
    ...kept,
    ...fresh.filter((one) => !fresh.some((other) => other !== one && isWithin(other, one))),
  ];
  if (node.conditions.length > MAX_CONDITIONS)
    throw tooDifficult(`when "${node.one.text('name')}" is needed`);
  return true;
}

/** The fewer must hold, the more often it does. */
function isWithin(some: Condition, all: Condition): boolean {
  return [...some].every((marker) => all.has(marker));
}

function textOf(conditions: readonly Condition[]): string | undefined {
  const texts = conditions.map((condition) => [...condition].sort());
  if (texts.some((text) => text.length === 0)) return undefined;
  const all = texts
    .map((text) => text.map((one) => (text.length === 1 ? one : `(${one})`)).join(' and '))
    .sort();
  return all.length === 1 ? all[0] : all.map((one) => `(${one})`).join(' or ');
}
