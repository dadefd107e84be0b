import { join, resolve } from 'node:path';
import type { Finding } from '../../errors.ts';
import { claimedSigner } from '../../evidence/outputs/bundle.ts';
import { readKeptRuns } from '../../host/runs/kept-runs.ts';
import { runPlace } from '../../host/runs/paths.ts';
import { BUNDLE, PROVENANCE } from '../../host/runs/provenance-files.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { readBytes, readTextFile } from '../../io/fs/text-file.ts';
import type { Variables } from '../../io/process/exec.ts';
import { cleanText } from '../../log/log.ts';
import { hasher } from '../../oci/digest.ts';
import type { Digest } from '../../oci/types.ts';
import { namedRepository } from '../../plan/destination.ts';
import { originJson, printOrigin, printTrust, type ShownOrigin } from '../../report/command/file-origin.ts';
import type { Json } from '../../report/plan-json.ts';
import { findFile, originOf } from '../../steps/stored-outputs/find-file.ts';
import type { Tools } from '../../tools/tools.ts';

interface Ground {
  readonly cwd: string;
  readonly env: Variables;
  print(json: Json): void;
  /** One line of the answer. */
  say(line: string): void;
}

/** `jobimg verify model.pt`: which commit made the file; 1 where no record names it. */
export async function verifyFile(
  name: string,
  inputs: Inputs,
  tools: Tools,
  { cwd, env, print, say }: Ground,
): Promise<number> {
  const digest = await digestOf(resolve(cwd, name));
  const origins = await originsOf(digest, inputs, tools, env);
  if (inputs.json) print({ file: name, digest, runs: origins.map(originJson) });
  else for (const line of linesOf(cleanText(name), digest, origins)) say(line);
  if (origins.length === 0) tools.host.finding(noRecord(name));
  return origins.length === 0 ? 1 : 0;
}

async function digestOf(path: string): Promise<Digest> {
  const sum = hasher();
  for await (const bytes of readBytes(path)) sum.update(bytes);
  return sum.digest();
}

async function originsOf(
  digest: Digest,
  { folder, registry }: Inputs,
  tools: Tools,
  env: Variables,
): Promise<readonly ShownOrigin[]> {
  const kept = await readKeptRuns(runPlace(env, folder).folder);
  const here: ShownOrigin[] = [];
  for (const { record, folder: runFolder } of kept) {
    const origin = record === undefined ? undefined : originOf(record, digest);
    if (origin !== undefined) here.push({ ...origin, signed: await signedIn(runFolder, digest) });
  }
  if (registry.kind !== 'repository') return here;
  const there = await findFile(digest, namedRepository(registry.text), tools);
  const known = new Set(here.map(({ run }) => run));
  return [...here, ...there.filter(({ run }) => !known.has(run))];
}

/** The bundle that a run has beside its outputs, if it is about the file. */
async function signedIn(folder: string | undefined, digest: Digest): Promise<ShownOrigin['signed']> {
  if (folder === undefined) return undefined;
  const bundle = join(folder, PROVENANCE, BUNDLE);
  const text = await readTextFile(bundle);
  const by = text === undefined ? undefined : claimedSigner(text, digest);
  return by === undefined ? undefined : { by, bundle };
}

function linesOf(name: string, digest: Digest, origins: readonly ShownOrigin[]): readonly string[] {
  return [
    `${name} is ${digest}`,
    ...origins.flatMap((origin) => printOrigin(origin)),
    ...printTrust(name, origins),
  ];
}

function noRecord(name: string): Finding {
  return {
    level: 'error',
    code: 'no-record',
    message: `no record names the file "${name}"`,
    hint: 'name the repository that has records or outputs of runs: --registry ghcr.io/acme/train',
  };
}
