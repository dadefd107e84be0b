import { isAbsolute } from 'node:path';
import type { Finding } from '../errors.ts';

/** The runner shows so many annotations of one level in a step; the others vanish. */
const SHOWN = 10;
/** The runner cuts longer ones. */
const MAX_MESSAGE = 4_000;

export interface Annotation {
  readonly level: Finding['level'];
  readonly message: string;
  readonly properties: {
    readonly title?: string;
    readonly file?: string;
    readonly startLine?: number;
    readonly startColumn?: number;
  };
}

/** Findings as annotations: those of one line in one, at most ten of a level, and the last says how many more there are. */
export function annotationsOf(findings: readonly Finding[]): readonly Annotation[] {
  const merged = groupBy(findings, placeOf).map(merge);
  return groupBy(merged, ({ level }) => level).flatMap(limit);
}

/** `Map.groupBy` of newer Node versions, in order of appearance. */
function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key) ?? [];
    group.push(value);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function placeOf({ level, code, message, location }: Finding): string {
  if (location?.line === undefined) return JSON.stringify([level, code, message]);
  return JSON.stringify([level, location.file, location.line]);
}

function merge(findings: readonly Finding[]): Annotation {
  const [first] = findings;
  if (first === undefined) throw new Error('no finding to annotate');
  const { level, code } = first;
  // Only what the repository has can be shown at its line.
  const location = first.location && isAbsolute(first.location.file) ? undefined : first.location;
  const text = findings.map(printMessage).join('\n');
  return {
    level,
    message: text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text,
    properties: {
      title: `jobimg: ${code}`,
      ...(location === undefined ? {} : { file: location.file }),
      ...(location?.line === undefined ? {} : { startLine: location.line }),
      ...(location?.column === undefined ? {} : { startColumn: location.column }),
    },
  };
}

function limit(annotations: readonly Annotation[]): readonly Annotation[] {
  const last = annotations[SHOWN - 1];
  if (annotations.length <= SHOWN || last === undefined) return annotations;
  const more = `… and ${annotations.length - SHOWN} more, all of them in the log and in the summary`;
  return [...annotations.slice(0, SHOWN - 1), { ...last, message: `${last.message}\n${more}` }];
}

export function printMessage({ message, hint }: Pick<Finding, 'message' | 'hint'>): string {
  return hint === undefined ? message : `${message}\n  → ${hint}`;
}

/** Something that is as it should be, and asks for nothing: a line of the log, and no annotation. */
export function isRemark({ level, hint }: Pick<Finding, 'level' | 'hint'>): boolean {
  return level === 'notice' && hint === undefined;
}

/** `jobimg.yml:3:7: error: message`, and on a line of its own what to do; of a remark the message is enough. */
export function printFinding(finding: Finding): string {
  const place = printLocation(finding);
  const level = isRemark(finding) ? [] : [finding.level];
  return [...(place === undefined ? [] : [place]), ...level, printMessage(finding)].join(': ');
}

/** `jobimg.yml:3:7`, as far as it is known. */
export function printLocation({ location }: Pick<Finding, 'location'>): string | undefined {
  if (location === undefined) return undefined;
  return [location.file, location.line, location.column].filter((part) => part !== undefined).join(':');
}
