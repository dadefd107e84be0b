/** Bounds in bytes or counts, both ends included; an open end is undefined. */
export interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface Gpu {
  readonly count: Range;
  readonly names: readonly string[];
  /** Bytes per GPU. */
  readonly memory?: Range | undefined;
  readonly computeCapability?: string | undefined;
  /** The oldest driver of the machines that the job is sent to, as far as it is known: `535`. */
  readonly driver?: string | undefined;
  readonly vendor?: string | undefined;
  readonly optional: boolean;
}

export interface Resources {
  readonly gpu?: Gpu | undefined;
  readonly cpu?: Range | undefined;
  /** Bytes. */
  readonly memory?: Range | undefined;
  /** Bytes. */
  readonly disk?: Range | undefined;
  /** Bytes. */
  readonly shm?: number | undefined;
}
