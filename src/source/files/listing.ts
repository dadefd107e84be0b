import { type Dirent, lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { createMatcher, type IgnoreMatcher } from '../../recipe/ignore/ignore.ts';
import type { FileSet } from '../../recipe/recipe.ts';
import { tooMany } from './survey.ts';

const MAX_FILES = 200_000;

/** Where a checkout keeps the token it was made with: it enters nothing, whatever a commit's patterns say. */
const GIT_CONFIG = /(?:^|\/)\.git\/(?:(?:modules|worktrees)\/.+\/)?(?:config(?:\.worktree)?|credentials)$/i;

/** A file or link that may enter an image, not yet read. */
export interface Candidate {
  /** Relative to the set's folder, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'link';
}

/** What was found in a folder; grows while it is looked through. */
export interface FolderListing {
  /** Absolute and real. */
  readonly base: string;
  readonly rules: Rules;
  readonly candidates: Candidate[];
  /** Folders (with `/` at the end) and files that the patterns left out. */
  readonly leftOut: Set<string>;
  readonly findings: Findings;
}

export interface Rules {
  readonly ignore: IgnoreMatcher;
  /** undefined: every file. */
  readonly include: IgnoreMatcher | undefined;
}

export function rulesOf(set: Extract<FileSet, { kind: 'walked' }>): Rules {
  return {
    ignore: createMatcher(set.ignore),
    include: set.include.length === 0 ? undefined : createMatcher(set.include),
  };
}

/** Adds what was found in a folder under its name there. */
export function addEntry(listing: FolderListing, path: string, entry: Dirent): void {
  if (isMisread(listing, path)) refuseName(path, listing.findings);
  else addCandidate(listing, path, entry);
}

function isMisread({ base }: FolderListing, path: string): boolean {
  return path.includes('\uFFFD') && lstatSync(join(base, path), { throwIfNoEntry: false }) === undefined;
}

/** Adds a path of the kind that its entry says; a FIFO, socket or device is an error. */
export function addCandidate(listing: FolderListing, path: string, entry: Dirent | Stats): void {
  const { include } = listing.rules;
  if (GIT_CONFIG.test(path)) {
    listing.leftOut.add(path);
    return;
  }
  if (include !== undefined && !include.ignores(path)) return;
  if (listing.candidates.length >= MAX_FILES) throw tooMany(pathsOf(listing), MAX_FILES);
  if (entry.isFile()) listing.candidates.push({ path, kind: 'file' });
  else if (entry.isSymbolicLink()) listing.candidates.push({ path, kind: 'link' });
  else refuseUnusual(path, entry, listing.findings);
}

/** A name that is mistyped would leave the code without its files. */
export function unmatchedFindings(
  include: readonly string[],
  candidates: readonly Candidate[],
): readonly Finding[] {
  const wanted = include.filter((pattern) => !pattern.startsWith('!'));
  const unmatched = wanted.filter((pattern) => {
    const matcher = createMatcher([pattern]);
    return !candidates.some(({ path }) => matcher.ignores(path));
  });
  return unmatched.map((pattern) => ({
    level: 'warning',
    code: 'no-match',
    message: `no file of the code fits ${JSON.stringify(pattern)} of "include"`,
    hint: 'check the pattern, which is relative to the root of the repository, and what .dockerignore and .gitignore leave out',
  }));
}

function pathsOf({ candidates }: FolderListing): readonly string[] {
  return candidates.map(({ path }) => path);
}

function refuseUnusual(path: string, entry: Dirent | Stats, findings: Findings): void {
  const kind = entry.isFIFO() ? 'a FIFO' : entry.isSocket() ? 'a socket' : 'a device';
  const hint = 'remove it, or leave it out with .dockerignore';
  findings.error('unusual-file', `${JSON.stringify(path)} is ${kind} and cannot enter an image`, { hint });
}

/** Node gives a name that is not UTF-8 with replacement characters, under which nothing is found. */
export function refuseName(path: string, findings: Findings): void {
  const hint = 'rename it, or leave it out with .dockerignore';
  findings.error('file-name', `the name ${JSON.stringify(path)} is not UTF-8`, { hint });
}
