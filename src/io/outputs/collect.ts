import { mkdtemp, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Finding } from '../../errors.ts';
import { outputName } from '../../run/records/output-name.ts';
import type { Collected } from '../../tools/backend.ts';
import type { diskOf } from '../fs/disk.ts';
import { makeFolder } from '../fs/own-files.ts';
import { removeTree } from '../remove-tree.ts';
import { type Room, roomIn } from './disk-space.ts';
import { MAX_NAMES } from './folder.ts';
import { LeftOuts } from './left-out.ts';
import { followLinks } from './links.ts';
import { moveInto } from './move-into.ts';
import {
  type Copy,
  type CopyOptions,
  collectPath,
  type Failure,
  type OpenArchive,
  type RepeatCopy,
  warning,
} from './path.ts';
import { wantedNames } from './paths.ts';

export const NOTHING_COLLECTED: Collected = { files: [], more: 0, findings: [] };

export interface Archives {
  readonly open: OpenArchive;
  /** Whether all of it fits surely into so much room. */
  fits(room: Room): Promise<boolean>;
  readonly diskOf?: typeof diskOf | undefined;
  /** undefined: what fails once is not tried again. */
  readonly repeat?: RepeatCopy | undefined;
}

export interface Copied {
  readonly collected: Collected;
  /** Outputs that could not be copied whole. */
  readonly failures: readonly Failure[];
}

/**
 * Copies outputs into the folder, as regular files only. They are put together beside it and moved in when all of one
 * output is there; what the folder holds already is never written over.
 */
export async function copyOutputs(
  wanted: CopyOptions,
  { open, fits, diskOf, repeat }: Archives,
): Promise<Copied> {
  const { folder, from, paths } = wanted;
  makeFolder(dirname(folder));
  const temporary = await mkdtemp(`${folder}.part-`);
  try {
    const room = await roomIn(dirname(folder), diskOf);
    const leftOuts = new LeftOuts();
    const isSure = await fits(room);
    const told = { taken: [], findings: [], failures: [] };
    const copy: Copy = { temporary, room, leftOuts, ...told, open, repeat, isSure };
    for (const path of paths) await collectPath(path, wanted, copy);
    const linked = await followLinks(
      copy.taken.flatMap(({ links }) => links),
      { root: temporary, from, leftOuts },
    );
    copy.findings.push(...(await otherNames(temporary)));
    await moveInto(temporary, folder, outputName);
    return { collected: collectedOf(copy, linked, wantedNames(wanted.run)), failures: copy.failures };
  } finally {
    await removeTree(temporary);
  }
}

/** What is to be said of outputs that have a name of ours. */
async function otherNames(temporary: string): Promise<readonly Finding[]> {
  const names = (await readdir(temporary)).filter((name) => outputName(name) !== name).sort();
  return names.map((name) =>
    warning(
      `the output "${name}" is kept as "${outputName(name)}": the folder of the run has a log of that name`,
      'let the job give it another name',
    ),
  );
}

function collectedOf(copy: Copy, linked: readonly string[], wanted: ReadonlySet<string>): Collected {
  const { findings, leftOuts, taken } = copy;
  const room = Math.max(0, MAX_NAMES - taken.reduce((sum, { names }) => sum + names.length, 0));
  const also = linked.filter((name, index) => index < room || wanted.has(name));
  const files = [...taken.flatMap(({ names }) => names), ...also].map(outputName).sort();
  const count = taken.reduce((sum, one) => sum + one.files, 0) + linked.length;
  const left = leftOuts.message();
  const told = left === undefined ? findings : [...findings, warning(left)];
  return { files, more: count - files.length, findings: told };
}
