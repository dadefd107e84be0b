/** What came of removing the builder of this machine, as one line. */
export function printRemoval(removal: 'removed' | 'absent' | 'busy' | 'foreign'): string {
  return LINES[removal];
}

const LINES = {
  removed: 'builder jobimg: removed, and its cache',
  absent: 'builder jobimg: there is none',
  busy: 'builder jobimg: it is building, and was left alone',
  foreign: 'builder jobimg: it was not made here, and was left alone',
} as const;
