import { type Sourced, sourced } from './rows.ts';

export interface DriverBranch extends Sourced {
  readonly branch: number;
  /** The last month with fixes, `2026-06`. */
  readonly end: string;
}

/** Branches whose end is published; of one that is not here nothing is said. */
export const DRIVER_BRANCHES: readonly DriverBranch[] = sourced(
  { source: 'https://docs.nvidia.com/datacenter/tesla/drivers/releases.json', asOf: '2026-11' },
  [
    { branch: 535, end: '2026-06' },
    { branch: 570, end: '2026-02' },
    { branch: 580, end: '2028-08' },
  ],
);
