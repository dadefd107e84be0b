import { Findings } from '../../findings.ts';
import type { SpecFile } from '../file/spec-file.ts';
import { errorsByPlace } from '../findings/findings.ts';
import { readMapping } from '../yaml/mapping.ts';
import type { MapNode } from '../yaml/node.ts';
import { omit } from './layers.ts';
import { OPERATOR_KEYS } from './operator-keys.ts';

/** What `jobs` of one repository say, which are no defaults for another. */
const NOT_FOR_ALL = ['jobs', 'name'];

/** The rest of the defaults file: fields of jobs. */
export function readDefaults(file: SpecFile): MapNode {
  const root = readMapping(file);
  const findings = new Findings();
  const hint = 'it holds for one repository; write it there';
  for (const key of NOT_FOR_ALL.filter((one) => root.entries.has(one))) {
    findings.error('defaults', `"${key}" in a file of defaults`, { hint, at: root.entries.get(key)?.key });
  }
  findings.throwIfErrors(errorsByPlace);
  return omit(root, OPERATOR_KEYS);
}
