/** Fields of `--mount`, in order. */
export type Mount = readonly (readonly [name: string, value: string])[];

/**
 * Secrets that the builder makes. What the machine gives to every step, its CA bundle and its pip configuration, so
 * that it is in no layer and in no id: given always, empty when the machine has none, so that all machines mount the
 * same; a step of conda packages also gets the mirrors of their channels. And the values that the spec names for private packages, in the form in which the tools read them.
 */
export const HOST_SECRETS = {
  certificates: 'jobimg-ca',
  /** Where a step has them, for variables of an own Dockerfile. */
  certificatesPath: 'jobimg-ca-path',
  pip: 'jobimg-pip',
  conda: 'jobimg-conda',
  index: 'jobimg-index',
  git: 'jobimg-git',
  knownHosts: 'jobimg-known-hosts',
} as const;

export function secretMount(id: string, target: string): Mount {
  return [
    ['type', 'secret'],
    ['id', id],
    ['target', target],
  ];
}

export function printMount(mount: Mount): string {
  return `--mount=${mount.map(([name, value]) => `${name}=${value}`).join(',')}`;
}
