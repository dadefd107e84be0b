/** A process of a machine, told from every other one that has had or will have its number. */
export interface Owner {
  readonly pid: number;
  /** The name of the machine. */
  readonly host: string;
  /** Of the machine's start, and of the set of numbers that `pid` is one of; '' where the system does not tell. */
  readonly boot: string;
  readonly namespace: string;
  /** When the process started, in the system's own words; '' where it does not tell. */
  readonly started: string;
}

/** `unknown`: it cannot be seen from here. */
export type OwnerState = 'alive' | 'dead' | 'unknown';

/**
 * Whether a process is still there, as `self` sees it: `startedOf` tells when the process of a number started, and
 * nothing for a number that no process has. A home folder may be shared by machines, and by containers of one.
 */
export function ownerState(
  owner: Owner,
  self: Owner,
  startedOf: (pid: number) => string | undefined,
): OwnerState {
  if (owner.host !== self.host) return 'unknown';
  if (owner.boot !== self.boot) return 'dead';
  if (owner.namespace !== self.namespace) return 'unknown';
  const started = startedOf(owner.pid);
  return started !== undefined && started === owner.started ? 'alive' : 'dead';
}

/**
 * Whether a run may become another process's own. A process that cannot be seen may live, so that whoever knows better
 * has to ask for such a run too; a run that goes on by itself is followed by nobody, wherever it was started.
 */
export function isClaimable(
  owner: OwnerState,
  {
    detached = false,
    even,
  }: { readonly detached?: boolean | undefined; readonly even?: 'unseen' | undefined },
): boolean {
  return owner === 'dead' || (owner === 'unknown' && (detached || even === 'unseen'));
}
