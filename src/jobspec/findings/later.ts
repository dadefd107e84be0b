import type { Findings } from '../../findings.ts';
import { at, locationOf, type MapNode, type Path, plain } from '../yaml/node.ts';

/** A key that is read and does nothing yet. */
interface LaterKey {
  readonly path: Path;
  readonly instead: string;
  /** Whether the value asks for no more than the default gives. */
  readonly asksNothing: (value: unknown) => boolean;
}

/** Reports every key that was given and does nothing yet, so that nothing is silently ignored. */
export function refuseLater(root: MapNode, findings: Findings, keys: readonly LaterKey[]): void {
  for (const { path, instead, asksNothing } of keys) {
    const node = at(root, path);
    if (node === undefined || node.kind === 'null' || asksNothing(plain(node))) continue;
    const message = `"${path.join('.')}" is not supported yet`;
    findings.error('not-supported-yet', message, { hint: instead, at: locationOf(root, path) });
  }
}
