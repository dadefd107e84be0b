import type { Finding } from '../errors.ts';
import { freeSpaceHint } from '../run/free-space.ts';

/** A file system that images are kept on. */
export interface Disk {
  /** Whose file system it is. */
  readonly folder: string;
  /** Bytes. */
  readonly free: number;
  /** Two folders of one device share what is free. */
  readonly device: number;
}

/** The disks that an image takes room on. */
export interface BuildDisks {
  /** Where the builder keeps what it fetches and builds. */
  readonly builder: Disk;
  /** Where the engine keeps a copy of its own; undefined: it has the builder's. */
  readonly engine?: Disk | undefined;
}

export interface Building {
  /** Bytes as they are fetched, compressed; 0: not known, or there already. */
  readonly images: number;
  readonly packages: number;
  readonly disks: BuildDisks;
  /** Whether the engine gets the image when it is built: it is loaded, or a run follows. */
  readonly runs: boolean;
  /** A runner of GitHub's own: nothing is on it that the job did not put there. */
  readonly hosted: boolean;
}

/**
 * What a compressed byte takes while it is kept compressed and unpacked, at the least. Unpacked it is 1.5 (cuDNN, cuBLAS),
 * 2.0 (torch 2.7.1) or more than 3 bytes (numpy, scipy, pandas), read in the tables of their wheels in December 2026; the
 * layers of CUDA images hold the same libraries. Wheels themselves are there until all of them are installed.
 */
const KEPT = 2.5;

/** An estimate from what is known: told when even that does not fit. */
export function diskFinding(building: Building): Finding | undefined {
  const { images, packages, disks, hosted } = building;
  const isTwice = building.runs && disks.engine?.device === disks.builder.device;
  // An engine that stays has layers of images that it ran before.
  const needed = KEPT * (images * (isTwice && hosted ? 2 : 1) + packages * (isTwice ? 2 : 1));
  const { folder, free } = disks.builder;
  if (needed <= free) return undefined;

  const by = isTwice ? ', by the builder and by the engine that runs it' : '';
  const parts = [printPart('images', images), printPart('packages', packages)].flat().join(' and ');
  return {
    level: 'warning',
    code: 'disk-space',
    message: `the build takes at least ${printBytes(needed)} of disk, and "${folder}" has ${printBytes(free)} free: it fetches ${parts}, which are kept compressed and unpacked${by}`,
    hint: freeSpaceHint(hosted),
  };
}

function printPart(name: string, bytes: number): readonly string[] {
  return bytes === 0 ? [] : [`${printBytes(bytes)} of ${name}`];
}

/** As `df -H` counts. */
function printBytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
