import type { Findings } from '../../findings.ts';
import { JOB } from '../fields/job.ts';
import type { NotYet, Rows } from '../rows/row.ts';
import { at, type MapNode, type Path, placeOf, plain } from '../yaml/node.ts';

interface LaterField extends NotYet {
  readonly path: Path;
}

const OF_JOBS = laterFields(JOB, []);

/** Reports every field that was given and does nothing yet, so that nothing is silently ignored. */
export function refuseLater(
  root: MapNode,
  findings: Findings,
  fields: readonly LaterField[] = OF_JOBS,
): void {
  for (const { path, instead, asksNothing } of fields) {
    const node = at(root, path);
    if (node === undefined || node.kind === 'null' || asksNothing?.(plain(node))) continue;
    const message = `"${path.join('.')}" is not supported yet`;
    findings.error('not-supported-yet', message, { hint: instead, at: placeOf(root, path) });
  }
}

/** Keys of the items of lists have no one path; none of them is without effect. */
function laterFields(rows: Rows, above: Path): readonly LaterField[] {
  return Object.entries(rows).flatMap(([key, { shown, keys = {} }]) => {
    const path = [...above, key];
    const own = typeof shown === 'object' ? [{ ...shown, path }] : [];
    return [...own, ...laterFields(keys, path)];
  });
}
