import { join } from 'node:path';
import { askedOnce } from '../asked-once.ts';
import type { DownloadOptions } from '../download/download.ts';
import { type Finding, UserError } from '../errors.ts';
import { cacheFolder, namedFile } from '../io/fs/folders.ts';
import { readTextFile } from '../io/fs/text-file.ts';
import type { Archive } from '../io/inputs/moved-tar.ts';
import type { InputFile } from '../jobspec/job/data.ts';
import type { ConnectContext, Downloads } from './context.ts';

type PlacedFile = Parameters<typeof import('../download/archive.ts')['archiveOf']>[0][number];

/** Everything that a run finds below its inputs, fetched and checked; nothing was started for it yet. */
export async function gatherInputs(
  inputs: readonly InputFile[],
  context: ConnectContext,
): Promise<readonly Archive[]> {
  const { source } = context;
  const { archiveOf } = await import('../download/archive.ts');
  const files: PlacedFile[] = [];
  const archives: Archive[] = [];
  for (const input of inputs) {
    const { from, folder } = input;
    const path = 'path' in from ? from.path.replace(/\/$/, '') : undefined;
    if (path === undefined) files.push(await at(input, () => fetched(input, context)));
    else if (source.tree.list(path).length === 0)
      files.push(await at(input, () => inRepository(input, path, context)));
    else {
      const set = { kind: 'walked', folder: path, ignore: ['**/.git'], git: false, include: [] } as const;
      const { entries } = await source.scan(set);
      archives.push(() => source.tar([{ files: set, entries, folder }]));
    }
  }
  const folders = inputs.map(({ folder }) => folder);
  return [() => archiveOf(files, folders), ...archives];
}

async function fetched(input: InputFile, { downloads }: ConnectContext): Promise<PlacedFile> {
  const { folder, file } = input;
  const download = await downloads();
  return { ...(await download(input)), target: `${folder}/${file}` };
}

async function inRepository(
  { name, sha256, folder, file, location }: InputFile,
  path: string,
  { source, inputs }: ConnectContext,
): Promise<PlacedFile> {
  const [{ resolveInside }, { realpathSync }] = await Promise.all([
    import('../source/files/guard.ts'),
    import('node:fs'),
  ]);
  const { entries } = await source.scan({ kind: 'listed', paths: [path] });
  const [entry] = entries;
  const real = resolveInside(realpathSync(inputs.folder), path);
  if (entry === undefined || real === undefined) {
    throw new UserError(`the input "${name}": there is no file at "${path}"`, {
      code: 'input',
      hint: 'check the path: it is relative to the root of the repository, and an empty folder is not an input',
      location,
    });
  }
  if (sha256 !== undefined && sha256 !== entry.content) {
    throw new UserError(
      `the input "${name}" is not the expected file: its SHA-256 is ${entry.content}, not ${sha256}`,
      {
        code: 'input-sha256',
        hint: `check "${path}"; if it was meant to change, write its new "sha256"`,
        location,
      },
    );
  }
  return { path: real, size: entry.size, target: `${folder}/${file}` };
}

/** What goes wrong with an input is told at its line. */
async function at<T>({ name, location }: InputFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const findings = error.findings.map((finding) => ({ ...inWordsOfInputs(finding, name), location }));
    // The registry that would lead there may be mended by its operator; an input is not.
    throw UserError.of(findings, error.findings.some(isRefusedAddress) ? 'input' : error.kind);
  }
}

function inWordsOfInputs(finding: Finding, name: string): Finding {
  if (!isRefusedAddress(finding))
    return { ...finding, hint: finding.hint ?? `check the address of the input "${name}"` };
  return {
    ...finding,
    message: `the input "${name}" leads to an address of this machine, or to one that is not public`,
    hint: 'give another address; the operator of the machine can allow one: JOBIMG_ALLOW_LOCAL_INPUTS=<host>:<port>',
  };
}

function isRefusedAddress({ code }: Finding): boolean {
  return code === 'address-refused';
}

/** Fetches what an input names, once for all runs of this process. */
export async function connectDownloads(context: ConnectContext): Promise<Downloads> {
  const [{ download }, options] = await Promise.all([
    import('../download/download.ts'),
    downloadOptions(context),
  ]);
  const fetchOnce = askedOnce(
    (input: Parameters<typeof download>[0]) => download(input, options),
    ({ from, sha256 = '' }) => `${from.url} ${sha256}`,
  );
  return (input) => {
    const { from } = input;
    if (!('url' in from)) throw new Error(`the input ${input.name} has no address`);
    return fetchOnce({ ...input, from });
  };
}

async function downloadOptions(context: ConnectContext): Promise<DownloadOptions> {
  const { env, clock, host, temporary } = context;
  const [{ createFetch }, { proxiesOf }, { createInputCache }] = await Promise.all([
    import('../io/http/fetch.ts'),
    import('../io/http/proxy.ts'),
    import('../download/cache.ts'),
  ]);
  const certificates = namedFile(env, 'SSL_CERT_FILE');
  let count = 0;
  return {
    fetch: createFetch({
      clock,
      userAgent: 'jobimg',
      proxies: proxiesOf(env),
      ca: certificates ? await readTextFile(certificates) : undefined,
      signal: host.cancelled,
    }),
    clock,
    cache: createInputCache(join(cacheFolder(env), 'inputs'), Date.now),
    temporary() {
      count += 1;
      return join(temporary, `input-${count}`);
    },
    localHosts: (env['JOBIMG_ALLOW_LOCAL_INPUTS'] ?? '').split(',').filter((text) => text !== ''),
    log: (line) => host.info(line),
    signal: host.cancelled,
  };
}
