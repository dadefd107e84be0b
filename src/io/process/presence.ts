import { readFileSync, readlinkSync } from 'node:fs';
import { holdName, isNameHeld } from './machine-lock.ts';

/** Who looks after a container: the process that follows it, and the one that guards its deadline. */
export type Role = 'follower' | 'guard';

const ROLES: readonly Role[] = ['follower', 'guard'];

/** Which containers are looked after by a live process of this machine. */
export function createPresence(role: Role) {
  return {
    place: placeOf(),
    hold: (container: string) => holdName(nameOf(role, container)),
    async isHeld(container: string): Promise<boolean> {
      const held = await Promise.all(ROLES.map((one) => isNameHeld(nameOf(one, container))));
      return held.includes(true);
    },
  };
}

function nameOf(role: Role, container: string): string {
  return `jobimg-${role}-${container}`;
}

/** The kernel keeps such names for each network namespace: https://man7.org/linux/man-pages/man7/network_namespaces.7.html */
function placeOf(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${readlinkSync('/proc/self/ns/net')}`;
}
