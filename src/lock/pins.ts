import type { Installer } from './lock.ts';

const APT = /^[a-z0-9][a-z0-9+.-]*(?::[a-z0-9]+)?=[A-Za-z0-9.+:~-]+$/;

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const HASH = ' --hash=sha256:[0-9a-f]{64}';
const RELEASE = `==[A-Za-z0-9.+!_-]+(?:${HASH})+`;
const ADDRESS = ` @ https?://[!-~]+(?:${HASH})+`;
const COMMIT = String.raw` @ git\+[a-z]+://[!-~]+@[0-9a-f]{40,64}(?:#[!-~]+)?`;
const PIP = new RegExp(`^${NAME}(?:${RELEASE}|${ADDRESS}|${COMMIT})$`);

/** Pins become text of a step: nothing else may get there by way of the lock. */
export function isPin(installer: Installer, text: string): boolean {
  return (installer === 'apt' ? APT : PIP).test(text);
}

/** What pip fetches by git has no hash: its commit is one. */
export function isCommit(pin: string): boolean {
  return / @ git\+/.test(pin);
}
