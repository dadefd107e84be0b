import type { Finding } from '../errors.ts';
import { printBytes } from './bytes.ts';
import { freeSpaceHint } from './free-space.ts';

/** A file system that images are kept on. */
export interface Disk {
  /** Whose file system it is. */
  readonly folder: string;
  /** Bytes. */
  readonly free: number;
  /** Two folders of one device share what is free. */
  readonly device: number;
}

/** Where an image takes room when it is built, and when it is run. */
export interface BuildDisks {
  /** Where the builder keeps what it fetches and builds. */
  readonly builder: Disk;
  /** Where the engine keeps images; undefined: that is not known. */
  readonly engine: Disk | undefined;
  /** What of the builder's layers the engine uses as they are; `released`: none, but the builder goes when there is no room for both. */
  readonly shared: 'all' | 'fetched' | 'none' | 'released';
}

export interface DiskUse {
  /** Bytes as they are fetched, compressed; 0: not known, or there already. */
  readonly images: number;
  readonly packages: number;
  readonly to: 'registry' | 'engine';
  /** Whether it is run on this machine when it is built. */
  readonly runs: boolean;
  readonly disks: BuildDisks;
  /** A runner of GitHub's own: nothing is on it that the job did not put there. */
  readonly hosted: boolean;
}

/**
 * What a compressed byte takes unpacked, at the least: 1.5 (cuDNN, cuBLAS), 2.0 (torch 2.7.1), more than 3 (numpy, scipy,
 * pandas), read in the tables of their wheels in December 2026; layers of CUDA images hold the same libraries.
 */
const UNPACKED = 1.5;
/** Compressed and unpacked: so a builder keeps layers, and so wheels lie until all of them are installed. */
const KEPT = 1 + UNPACKED;

/** An estimate from what is known: reported when even that does not fit. */
export function diskFinding(building: DiskUse): Finding | undefined {
  const { images, packages, disks, hosted } = building;
  const again = keptAgain(building);
  const needed = images * (KEPT + again.images) + packages * (KEPT + again.packages);
  const { folder, free } = disks.builder;
  if (needed <= free) return undefined;

  const parts = [...printPart('images', images), ...printPart('packages', packages)].join(' and ');
  return {
    level: 'warning',
    code: 'disk-space',
    message: `the build takes at least ${printBytes(needed)} of disk, and "${folder}" has ${printBytes(free)} free: it fetches ${parts}, which are kept compressed and unpacked${printAgain(again)}`,
    hint: freeSpaceHint(hosted),
  };
}

/** Whether the engine can take an image of so many bytes, as a registry has it. */
export function hasRoom(bytes: number, { engine }: BuildDisks): boolean {
  return engine === undefined || bytes * KEPT <= engine.free;
}

interface Again {
  readonly images: number;
  readonly packages: number;
}

const NOTHING: Again = { images: 0, packages: 0 };

/**
 * What the engine keeps on the same disk beside the builder's own. A step that wrote 800 MB took 1.6 GB in an engine with
 * containerd's store, and as much again when the pushed image was pulled, whose layers have other times; loaded into it,
 * 2.4 GB; and 0.8 GB with the old store. Measured on Docker 28.5 in December 2026.
 */
function keptAgain({ to, runs, disks: { builder, engine, shared }, hosted }: DiskUse): Again {
  const isKept = (runs || to === 'engine') && engine?.device === builder.device;
  if (!isKept || shared === 'all' || shared === 'released') return NOTHING;
  if (shared === 'fetched') return { images: 0, packages: to === 'engine' ? UNPACKED : KEPT };
  // An engine that stays may have the layers of images that it ran before.
  return { images: hosted ? KEPT : 0, packages: KEPT };
}

function printAgain({ images, packages }: Again): string {
  if (images > 0) return ', and again by the engine that runs it';
  return packages > 0 ? ', the packages again by the engine that runs it' : '';
}

function printPart(name: string, bytes: number): readonly string[] {
  return bytes === 0 ? [] : [`${printBytes(bytes)} of ${name}`];
}
