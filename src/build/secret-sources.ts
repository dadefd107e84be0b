import { readFile, realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { type Finding, UserError } from '../errors.ts';
import { errnoOf } from '../io/errno.ts';
import type { Variables } from '../io/exec.ts';
import type { BuildSecret } from '../spec/job.ts';
import type { SecretSource } from './arguments.ts';

/** Where the values of build secrets are: a variable of the caller, or a file below the repository's folder. */
export async function secretSources(
  secrets: readonly BuildSecret[],
  env: Variables,
  folder: string,
): Promise<readonly SecretSource[]> {
  const answers = await Promise.all(secrets.map((secret) => sourceOf(secret, env, folder)));
  const missing = answers.filter((answer) => 'level' in answer);
  if (missing.length > 0) throw UserError.of(missing);
  return answers.filter((answer) => 'id' in answer);
}

/** The value of one secret that we read ourselves, to hand it over in another form. */
export async function secretValue(secret: BuildSecret, env: Variables, folder: string): Promise<string> {
  const [source] = await secretSources([secret], env, folder);
  if (source === undefined) throw new Error('a secret has a source');
  const value = 'value' in source ? source.value : await readFile(source.file, 'utf8');
  return value.replace(/[\r\n]+$/, '');
}

/** The values that stand in files, which must be shown as little as those of variables. */
export async function fileValues(sources: readonly SecretSource[]): Promise<readonly string[]> {
  const files = sources.flatMap((source) => ('file' in source ? [source.file] : []));
  return await Promise.all(files.map((file) => readFile(file, 'utf8')));
}

async function sourceOf(
  secret: BuildSecret,
  env: Variables,
  folder: string,
): Promise<SecretSource | Finding> {
  const { name, file } = secret;
  if (file !== undefined) return fileSource(name, file, folder);
  const value = env[name];
  if (value !== undefined && value !== '') return { id: name, value };
  return finding(
    'secret-missing',
    `the build secret "${name}" has no value`,
    `set it in the environment: env: { ${name}: \${{ secrets.${name} }} }, or export it in the shell`,
  );
}

/** A spec may name no file of the machine beyond its repository, not by a link either. */
async function fileSource(id: string, file: string, folder: string): Promise<SecretSource | Finding> {
  const path = await realpathIfThere(resolve(folder, file));
  if (path === undefined) {
    return finding(
      'secret-missing',
      `the file "${file}" of the build secret "${id}" does not exist`,
      'write it in a step before this one',
    );
  }
  const root = await realpath(folder);
  if (path.slice(root.length).split(sep).includes('.git')) {
    return finding(
      'secret-git',
      `the file "${file}" of the build secret "${id}" is in ".git", which is not part of the code`,
      'give the value in the environment',
    );
  }
  if (path.startsWith(root + sep)) return { id, file: path };
  return finding(
    'secret-outside',
    `the file "${file}" of the build secret "${id}" is outside the repository`,
    'put it into the repository folder, where Git ignores it, or give the value in the environment',
  );
}

async function realpathIfThere(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function finding(code: string, message: string, hint: string): Finding {
  return { level: 'error', code, message, hint };
}
