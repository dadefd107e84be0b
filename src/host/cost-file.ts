import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MergeCost } from '../cost/cost.ts';
import { UserError } from '../errors.ts';
import { errnoOf } from '../io/errno.ts';
import { makeFolder, replaceFile } from '../io/fs/own-files.ts';

/** For a second workflow, which may comment where this one may not. */
export function keepCost(cost: MergeCost, temporary: string): string {
  const folder = join(temporary, 'jobimg');
  const path = join(folder, 'cost.json');
  makeFolder(folder);
  replaceFile(path, `${JSON.stringify(cost)}\n`);
  return path;
}

const MOST_BYTES = 4 * 1024 * 1024;

/** Reads what a stranger's workflow may have written: a link is not followed, and nothing of the file is shown. */
export function readCost(path: string): MergeCost {
  const read = MergeCost.safeParse(parsed(textOf(path), path));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw notOurs(path, `${issue?.path.map(String).join('.') || 'it'} is not what jobimg writes`);
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw notOurs(path, 'it is no JSON');
  }
}

function textOf(path: string): string {
  const descriptor = opened(path);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw notOurs(path, 'it is no file');
    if (stats.size > MOST_BYTES) throw notOurs(path, 'it is too large');
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** A named pipe would be waited for. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

function opened(path: string): number {
  try {
    return openSync(path, READ);
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    throw notOurs(path, code === 'ENOENT' ? 'there is no such file' : `it cannot be opened (${code})`);
  }
}

function notOurs(path: string, why: string): UserError {
  return new UserError(`"${path}" does not say what merging costs: ${why}`, {
    code: 'cost-file',
    hint: 'name the file that the output `cost` of the first workflow named, as it came in its artifact',
  });
}
