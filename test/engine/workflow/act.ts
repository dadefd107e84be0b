// The program that executes workflows on this machine: https://github.com/nektos/act
import { goReleaseOtherThan } from '../go/go.ts';
import { ensureGoProgram } from '../go/go-program.ts';
import { say } from '../machine/say.ts';

const VERSION = '0.2.89';
const ACT = {
  module: 'github.com/nektos/act',
  version: `v${VERSION}`,
  name: 'act',
  package: '.',
  folder: 'act',
  ldflags: `-s -w -X main.version=${VERSION}`,
};

/** The program; undefined where it cannot be compiled. */
export async function ensureAct(): Promise<string | undefined> {
  const go = await goReleaseOtherThan('');
  if (go) return ensureGoProgram(ACT, go);
  say('no act: there is no Go on this machine to compile it with');
  return undefined;
}
