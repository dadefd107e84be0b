// A headless Chromium of the machine: Debian's own package, or what a user has.
import { which } from '../machine/command.ts';
import { say } from '../machine/say.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The program; undefined, after a line that says so, where there is none. */
export function findChromium(): string | undefined {
  for (const name of NAMES) {
    const path = which(name);
    if (path !== undefined) return path;
  }
  say('no browser: this machine has no Chromium; `npm run browser` installs it where there is apt');
  return undefined;
}
