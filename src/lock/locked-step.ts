import { posix } from 'node:path';
import type { Tree } from '../jobspec/file/tree.ts';
import { condaText } from '../recipe/conda/request.ts';
import { linksNamed } from '../recipe/dependencies/requirements/archives.ts';
import { APT_INSTALL, aptRun } from '../recipe/packages/apt.ts';
import { WHEEL_FLAG, wheelLines } from '../recipe/packages/wheels.ts';
import { PIP_INSTALL, PYTHON_SETTINGS, SOURCE_MOUNT } from '../recipe/pip.ts';
import { shellWord } from '../recipe/shell.ts';
import type { Open, Step } from '../recipe/step.ts';
import { linesOf, type PinnableStep } from './needs.ts';
import { archiveOf, isCommit } from './pins.ts';

/** The step with exactly what the lock names; of the repository it reads wheels alone. */
export function lockedStep({ step, open }: PinnableStep, pins: readonly string[], tree: Tree): Step {
  const { open: _, ...rest } = step;
  // Of a locked base the packages are known that it has: then there is nothing to pin, and nothing to change.
  if (open.kind === 'apt' && pins.length === 0) return rest;
  const files = open.kind === 'pip' ? (open.archives ?? []) : [];
  return { ...rest, run: runOf(open, pins, tree), files };
}

function runOf(open: Open, pins: readonly string[], tree: Tree): string {
  switch (open.kind) {
    case 'apt':
      return aptText(open, pins);
    case 'conda':
      return condaText({ platform: open.request.platform, packages: pins.map(archiveOf) });
    case 'pip':
      return pipText(open, pins, tree);
  }
}

const GONE = 'a version that jobimg.lock names cannot be installed any more; run "jobimg lock" to move on';

function aptText({ before }: Extract<Open, { kind: 'apt' }>, pins: readonly string[]): string {
  const install = `${APT_INSTALL} -y --no-install-recommends -- ${pins.join(' ')}`;
  return [...before, ...aptRun([orSay(install)])].join('\n');
}

/** No requirement begins with a dash, so none of them can end the list. */
const END = '--end--';

/** `--no-deps`: the pins are everything that is needed. */
function pipText(open: Extract<Open, { kind: 'pip' }>, pins: readonly string[], tree: Tree): string {
  const options = optionsOf(open, tree);
  const flag = open.wheels === undefined ? '' : ` ${WHEEL_FLAG}`;
  const parts = [
    { flags: '--no-deps --require-hashes', lines: pins.filter((pin) => !isCommit(pin)) },
    { flags: '--no-deps', lines: pins.filter(isCommit) },
  ];
  const installs = parts.flatMap(({ flags, lines }) =>
    lines.length === 0
      ? []
      : [`${PIP_INSTALL}${flag} ${flags} -r /dev/stdin <<'${END}'`, ...options, ...lines, END],
  );
  const before = open.wheels === undefined ? [] : wheelLines({ version: '', ...open.wheels });
  return [PYTHON_SETTINGS, ...before, ...installs].join('\n');
}

const INCLUDE = /^(?:-r|-c|-e|--requirement|--constraint|--editable)(?![a-z-])/;

/** Where the files say packages come from, and in which form. */
function optionsOf(
  { files, requirements, archives = [] }: Extract<Open, { kind: 'pip' }>,
  tree: Tree,
): readonly string[] {
  const lines = [...requirements, ...files.flatMap((file) => linesOf(file, tree))];
  const written = lines.filter(
    (line) => line.startsWith('-') && !INCLUDE.test(line) && linksNamed(line) === undefined,
  );
  const folders = archives.map((path) => posix.join(SOURCE_MOUNT, posix.dirname(path)));
  return [...new Set([...written, ...folders.map((folder) => `--find-links ${shellWord(folder)}`)])];
}

function orSay(command: string): string {
  return `${command} || { echo 'jobimg: ${GONE}' >&2; exit 1; }`;
}
