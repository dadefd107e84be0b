import type { Bases } from '../plan/bases.ts';

/** Digests of bases that this machine has made images on: what a call goes by that may ask nobody. */
export interface HeldBases {
  read(): Promise<Bases>;
  /** Those that were used last; others stay. */
  keep(bases: Bases): Promise<void>;
}
