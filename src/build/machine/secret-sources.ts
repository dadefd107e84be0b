import { readFile, realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { Findings } from '../../findings.ts';
import { errnoOf } from '../../io/errno.ts';
import type { Variables } from '../../io/process/exec.ts';
import type { BuildSecret } from '../../jobspec/job/job.ts';
import type { SecretSource } from '../arguments/arguments.ts';

/** Where the values of build secrets are: a variable of the caller, or a file below the repository's folder. */
export async function secretSources(
  secrets: readonly BuildSecret[],
  env: Variables,
  folder: string,
): Promise<readonly SecretSource[]> {
  const findings = new Findings();
  const sources: SecretSource[] = [];
  // One after the other, so that findings stand in the order of the secrets.
  for (const secret of secrets) {
    const source = await sourceOf(secret, { env, folder }, findings);
    if (source !== undefined) sources.push(source);
  }
  findings.throwIfErrors();
  return sources;
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

interface SourceContext {
  readonly env: Variables;
  readonly folder: string;
}

/** undefined: it has none, which is reported. */
async function sourceOf(
  { name, file }: BuildSecret,
  { env, folder }: SourceContext,
  findings: Findings,
): Promise<SecretSource | undefined> {
  if (file !== undefined) return fileSource({ id: name, file }, folder, findings);
  const value = env[name];
  if (value !== undefined && value !== '') return { id: name, value };
  findings.error('secret-missing', `the build secret "${name}" has no value`, {
    hint: `set it in the environment: env: { ${name}: \${{ secrets.${name} }} }, or export it in the shell`,
  });
  return undefined;
}

/** A spec may name no file of the machine beyond its repository, not by a link either. */
async function fileSource(
  { id, file }: { readonly id: string; readonly file: string },
  folder: string,
  findings: Findings,
): Promise<SecretSource | undefined> {
  const path = await realpathIfThere(resolve(folder, file));
  const root = await realpath(folder);
  const name = `the file "${file}" of the build secret "${id}"`;
  if (path === undefined) {
    const hint = 'write it in a step before this one';
    findings.error('secret-missing', `${name} does not exist`, { hint });
  } else if (path.slice(root.length).split(sep).includes('.git')) {
    const hint = 'give the value in the environment';
    findings.error('secret-git', `${name} is in ".git", which is not part of the code`, { hint });
  } else if (path.startsWith(root + sep)) {
    return { id, file: path };
  } else {
    findings.error('secret-outside', `${name} is outside the repository`, {
      hint: 'put it into the repository folder, where Git ignores it, or give the value in the environment',
    });
  }
  return undefined;
}

async function realpathIfThere(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
