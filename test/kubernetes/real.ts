import { describe } from '@jest/globals';
import { findPrograms } from './compile/programs.ts';
import { MARK } from './left-out.ts';

const programs = await findPrograms();

/** Tests on a real cluster, which are left out where its programs are not compiled: `npm test` names them then. */
export function describeOnKubernetes(name: string, tests: () => void): void {
  const define = programs ? describe : describe.skip;
  define(`${name}, ${MARK}`, tests);
}
