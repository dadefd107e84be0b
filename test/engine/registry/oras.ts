// The client that reads artifacts beside images: what is pushed has to be found
// by more than our own one.
import { goReleaseOtherThan } from '../go/go.ts';
import { ensureGoProgram } from '../go/go-program.ts';
import { say } from '../machine/say.ts';

const ORAS = {
  module: 'oras.land/oras',
  version: 'v1.2.3',
  name: 'oras',
  folder: 'oras',
  ldflags: '-s -w',
};

/** The program; undefined where it cannot be compiled. */
export async function ensureOras(): Promise<string | undefined> {
  const go = await goReleaseOtherThan('');
  if (go) return ensureGoProgram(ORAS, go);
  say('no oras: there is no Go on this machine to compile it with');
  return undefined;
}
