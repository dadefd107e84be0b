import { describe } from '@jest/globals';
import { findPrograms } from './compile/programs.ts';

/** In the name of each test that needs the cluster. `npm test` names those that did not run, and says why. */
const MARK = 'on a real Kubernetes';

const programs = await findPrograms();

/** Tests on a real cluster, which are left out where its programs are not compiled. */
export function describeOnKubernetes(name: string, tests: () => void): void {
  const define = programs ? describe : describe.skip;
  define(`${name}, ${MARK}`, tests);
}
