import type { Finding } from '../errors.ts';
import { at, type MapNode, type Path, placeOf, plain } from './node.ts';

/** A field that is part of the format and does nothing yet: refused when it asks for something. */
interface Later {
  readonly path: Path;
  /** Whether the value asks for no more than the default gives. */
  readonly asksNothing?: (value: unknown) => boolean;
  readonly instead: string;
}

function isOneOf(...values: readonly unknown[]): (value: unknown) => boolean {
  return (value) => values.includes(value);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** A row goes when its field works. */
const LATER: readonly Later[] = [
  { path: ['retry'], asksNothing: retriesNever, instead: 'remove it, and run the job again when it fails' },
  {
    path: ['queue-timeout'],
    asksNothing: isOneOf('24h', '1d', '86400'),
    instead: 'remove it: on docker nothing waits for capacity',
  },
  { path: ['checkpoint'], instead: 'remove it, and write what should be kept below "outputs:"' },
  { path: ['caches'], asksNothing: isEmpty, instead: 'remove it: files are fetched anew in each run' },
  { path: ['nodes'], asksNothing: isOneOf('1'), instead: 'remove it: a job runs on one machine' },
  { path: ['outputs', 'to'], instead: 'remove it: outputs come back to the workspace of the caller' },
  {
    path: ['allow-untrusted'],
    asksNothing: isOneOf('false', 'False', 'FALSE'),
    instead: 'remove it: untrusted events plan and build, and never run',
  },
  { path: ['require-provenance'], asksNothing: isOneOf('false', 'False', 'FALSE'), instead: 'remove it' },
];

function retriesNever(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { max } = value as { max?: unknown };
  return isEmpty(value) || max === '0' || max === undefined;
}

/** Every field that was given and does nothing yet, so that nothing is silently ignored. */
export function laterFindings(root: MapNode): readonly Finding[] {
  return LATER.flatMap(({ path, asksNothing, instead }) => {
    const node = at(root, path);
    if (node === undefined || node.kind === 'null' || asksNothing?.(plain(node))) return [];
    return [
      {
        level: 'error' as const,
        code: 'not-supported-yet',
        message: `"${path.join('.')}" is not supported yet`,
        hint: instead,
        location: placeOf(root, path),
      },
    ];
  });
}
