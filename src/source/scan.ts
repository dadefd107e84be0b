import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Finding, UserError } from '../errors.ts';
import { Findings } from '../findings.ts';
import type { FileEntry } from '../plan/plan.ts';
import { selectFiles } from '../recipe/dockerfile/context/selection.ts';
import type { FileSet } from '../recipe/recipe.ts';
import { linkTarget, readEntry } from './files/entry.ts';
import { resolveInside } from './files/guard.ts';
import { isWindowsScript } from './files/line-ends.ts';
import {
  addCandidate,
  type Candidate,
  type FolderListing,
  rulesOf,
  unmatchedFindings,
} from './files/listing.ts';
import { sortByBytes } from './files/order.ts';
import { isLfsPointer, leftOutFinding, lfsFinding, survey, tooLarge } from './files/survey.ts';
import { walk } from './files/walk.ts';
import { listGit } from './git/list.ts';
import type { RememberedHashes } from './remembered/hashes.ts';
import type { Remembered } from './remembered/remembered.ts';

const MAX_PATH = 4_096;
const MAX_BYTES = 2_147_483_648;

/** Bytes and files after which others get their turn. */
const TURN_BYTES = 33_554_432;
const TURN_FILES = 100;

/** Fewer are read as fast as a file of hashes is. */
const FEWEST_REMEMBERED = 500;

export interface Scan {
  readonly entries: readonly FileEntry[];
  readonly findings: readonly Finding[];
  /** Paths of scripts with the line ends of Windows. */
  readonly windowsScripts: readonly string[];
}

export interface ScanOptions {
  readonly signal?: AbortSignal | undefined;
  /** As a person calls the set. */
  readonly what?: string | undefined;
  readonly remembered?: Remembered | undefined;
}

/** Reads and hashes the files of a set; `root` is absolute and real. */
export async function scan(
  root: string,
  set: FileSet,
  { signal, what = 'the code', remembered }: ScanOptions = {},
): Promise<Scan> {
  const listing = set.kind === 'listed' ? listPaths(root, set.paths) : listFolder(root, set);
  const candidates = check(read(listing, set));
  const hashes = candidates.length < FEWEST_REMEMBERED ? undefined : remembered?.hashes();
  const { entries, pointers, windowsScripts } = await readAll({ root, set, signal, hashes }, candidates);
  hashes?.save();
  const { findings } = listing;
  findings.add(lfsFinding(pointers));
  findings.throwIfErrors();
  if (set.kind === 'walked') {
    findings.add(survey(entries));
    findings.add(unmatchedFindings(set.include, candidates));
    findings.add(leftOutFinding([...listing.leftOut], set.git, what));
  }
  return { entries, findings: findings.all, windowsScripts };
}

/** The folder on disk that the entries of a set are relative to. */
export function baseOf(root: string, set: FileSet): string {
  if (set.kind === 'listed') return root;
  const base = resolveInside(root, set.folder);
  if (base !== undefined) return base;
  throw new UserError(`the folder ${JSON.stringify(set.folder)} does not exist`, {
    code: 'no-folder',
    hint: 'folders are relative to the repository',
  });
}

/** Where an entry is on disk: a listed path may be a link inside the repository, all others are what they are. */
export function fileOf(root: string, set: FileSet, path: string): string {
  return set.kind === 'listed'
    ? (resolveInside(root, path) ?? join(root, path))
    : join(baseOf(root, set), path);
}

function listFolder(root: string, set: Extract<FileSet, { kind: 'walked' }>): FolderListing {
  const listing = newListing(baseOf(root, set), rulesOf(set));
  if (set.git) listGit(listing);
  else walk(listing, '');
  return listing;
}

function listPaths(root: string, paths: readonly string[]): FolderListing {
  const listing = newListing(
    root,
    rulesOf({ kind: 'walked', folder: '', ignore: [], git: false, include: [] }),
  );
  for (const path of paths) {
    const real = resolveInside(root, path);
    const stats = real === undefined ? undefined : lstatSync(real);
    if (stats === undefined) refuseAbsent(path, 'does not exist', listing.findings);
    else if (stats.isDirectory()) refuseAbsent(path, 'is a folder, and a file is needed', listing.findings);
    else addCandidate(listing, path, stats);
  }
  return listing;
}

function refuseAbsent(path: string, what: string, findings: Findings): void {
  findings.error('no-file', `${JSON.stringify(path)} ${what}`, { at: { file: path } });
}

function newListing(base: string, rules: FolderListing['rules']): FolderListing {
  return { base, rules, candidates: [], leftOut: new Set(), findings: new Findings() };
}

/** Of the context of a Dockerfile only what it reads. */
function read(listing: FolderListing, set: FileSet): FolderListing {
  if (set.kind === 'listed' || set.sources === undefined) return listing;
  const targetOf = ({ path }: Candidate): string => linkTarget(join(listing.base, path), path);
  return { ...listing, candidates: [...selectFiles(listing.candidates, set.sources, targetOf)] };
}

/** The candidates in their order, names checked. */
function check(listing: FolderListing): readonly Candidate[] {
  for (const { path } of listing.candidates) {
    const problem = nameProblem(path);
    if (problem === undefined) continue;
    const message = `the path ${JSON.stringify(path)} ${problem}`;
    listing.findings.error('file-name', message, { hint: 'rename it, or leave it out' });
  }
  return sortByBytes(listing.candidates, (candidate) => candidate.path);
}

function nameProblem(path: string): string | undefined {
  if (path.includes('\n')) return 'contains a line break';
  // A UTF-16 unit is at most three bytes.
  if (path.length * 3 > MAX_PATH && Buffer.byteLength(path) > MAX_PATH)
    return `is longer than ${MAX_PATH} bytes`;
  return undefined;
}

interface Contents {
  readonly entries: readonly FileEntry[];
  readonly pointers: readonly string[];
  readonly windowsScripts: readonly string[];
}

interface ScanContext {
  readonly root: string;
  readonly set: FileSet;
  readonly signal: AbortSignal | undefined;
  readonly hashes: RememberedHashes | undefined;
}

async function readAll(
  { root, set, signal, hashes }: ScanContext,
  candidates: readonly Candidate[],
): Promise<Contents> {
  const base = baseOf(root, set);
  const entries: FileEntry[] = [];
  const pointers: string[] = [];
  const windowsScripts: string[] = [];
  let total = 0;
  let turn = 0;
  const place = (path: string): string =>
    set.kind === 'listed' ? fileOf(root, set, path) : join(base, path);
  const admit = (size: number): void => {
    total += size;
    if (total > MAX_BYTES) throw tooLarge(sizesOf(candidates, place));
  };
  for (const candidate of candidates) {
    const { entry, start } = readEntry(place(candidate.path), candidate, admit, hashes);
    entries.push(entry);
    if (isLfsPointer(entry, start)) pointers.push(entry.path);
    if (isWindowsScript(entry.path, start)) windowsScripts.push(entry.path);
    turn += 1 / TURN_FILES + entry.size / TURN_BYTES;
    if (turn < 1) continue;
    turn = 0;
    await setImmediate();
    signal?.throwIfAborted();
  }
  return { entries, pointers, windowsScripts };
}

/** Without a look into the files. */
function sizesOf(candidates: readonly Candidate[], place: (path: string) => string): readonly Sized[] {
  return candidates.map(({ path, kind }) => ({
    path,
    size: kind === 'link' ? 0 : (lstatSync(place(path), { throwIfNoEntry: false })?.size ?? 0),
  }));
}

type Sized = Pick<FileEntry, 'path' | 'size'>;
