/** What came of removing the builder of this machine, as one line. */
export function printRemoval(removal: 'removed' | 'absent' | 'busy' | 'foreign'): string {
  return LINES[removal];
}

const LINES = {
  removed: 'builder jobimg: removed, and its cache',
  absent: 'builder jobimg: there is none',
  busy: 'builder jobimg: it is in use, and was kept',
  foreign: 'builder jobimg: jobimg did not create it, so it was kept',
} as const;
