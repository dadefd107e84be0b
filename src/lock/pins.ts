import type { Installer } from './lock.ts';

const APT = /^[a-z0-9][a-z0-9+.-]*(?::[a-z0-9]+)?=[A-Za-z0-9.+:~-]+$/;

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const HASH = ' --hash=sha256:[0-9a-f]{64}';
const RELEASE = `==[A-Za-z0-9.+!_-]+(?:${HASH})+`;
const ADDRESS = ` @ https?://[!-~]+(?:${HASH})+`;
const COMMIT = String.raw` @ git\+[a-z]+://[!-~]+@[0-9a-f]{40,64}(?:#[!-~]+)?`;
const PIP = new RegExp(`^${NAME}(?:${RELEASE}|${ADDRESS}|${COMMIT})$`);

const CONDA = new RegExp(
  String.raw`^[a-z0-9_][a-z0-9_.-]* @ https?://[A-Za-z0-9._~:/%+!=-]+\.(?:conda|tar\.bz2)${HASH}$`,
);

const GRAMMARS: Readonly<Record<Installer, RegExp>> = { apt: APT, conda: CONDA, pip: PIP };

/** Pins become text of a step: nothing else may get there by way of the lock. */
export function isPin(installer: Installer, text: string): boolean {
  return GRAMMARS[installer].test(text);
}

/** The archive that a pin of a conda package names, and its hash behind a `#`. */
export function archiveOf(pin: string): string {
  const [, url, sha256] = / @ (\S+) --hash=sha256:([0-9a-f]{64})$/.exec(pin) ?? [];
  if (url === undefined || sha256 === undefined) throw new Error(`"${pin}" does not pin a conda package`);
  return `${url}#${sha256}`;
}

/** What pip fetches by git has no hash: its commit is one. */
export function isCommit(pin: string): boolean {
  return / @ git\+/.test(pin);
}
