import { resolve } from 'node:path';
import type { Finding } from '../../errors.ts';
import type { FileSignature } from '../../host/inputs/file-signature.ts';
import { readKeptRuns } from '../../host/runs/kept-runs.ts';
import { keptRunsFolder } from '../../host/runs/paths.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { readBytes } from '../../io/fs/text-file.ts';
import type { Variables } from '../../io/process/exec.ts';
import { cleanText } from '../../log/log.ts';
import { hasher } from '../../oci/digest.ts';
import type { Digest } from '../../oci/types.ts';
import { namedRepository } from '../../plan/destination.ts';
import {
  originJson,
  printOrigin,
  printTrust,
  type ShownOrigin,
  type ShownSignature,
} from '../../report/command/file-origin.ts';
import { signatureExitCode, signatureFindings } from '../../report/command/file-signature.ts';
import type { Json } from '../../report/plan-json.ts';
import { type FileOrigin, findFile, originOf } from '../../steps/stored-outputs/find-file.ts';
import type { SignatureCheck } from '../../tools/outputs/signature-check.ts';
import type { Tools } from '../../tools/tools.ts';
import {
  bundleOfRun,
  type ReadBundle,
  readBundle,
  signatureIn,
  statedBy,
  type WantedSignature,
} from './file-signature.ts';

interface VerifyFileContext {
  readonly cwd: string;
  readonly env: Variables;
  print(json: Json): void;
  /** One line of the answer. */
  say(line: string): void;
  readonly check: SignatureCheck;
}

interface FileCall {
  readonly inputs: Inputs;
  readonly signature: FileSignature;
}

/** A run that has left the file, and the folder that it has on this machine. */
interface Origin extends FileOrigin {
  readonly folder?: string | undefined;
}

/** `jobimg verify model.pt`: which commit made the file; 1 where nothing names it, or where what is signed is not right. */
export async function verifyFile(
  name: string,
  { inputs, signature }: FileCall,
  tools: Tools,
  context: VerifyFileContext,
): Promise<number> {
  const digest = await digestOf(resolve(context.cwd, name));
  const bundle = signature.bundle === undefined ? undefined : await readBundle(signature.bundle);
  const wanted = { digest, required: signature.required, check: context.check };
  const known = await originsOf(digest, inputs, tools, context.env);
  const origins =
    known.length === 0 && bundle !== undefined
      ? [await statedBy(bundle, name, wanted)]
      : await Promise.all(known.map((origin) => withSignature(origin, bundle, wanted)));

  if (inputs.json) context.print({ file: name, digest, runs: origins.map(originJson) });
  else for (const line of linesOf(name, digest, origins, signature)) context.say(line);
  const findings = findingsOf(name, origins, signature);
  for (const finding of findings) tools.host.finding(finding);
  return signatureExitCode(findings);
}

async function digestOf(path: string): Promise<Digest> {
  const sum = hasher();
  for await (const bytes of readBytes(path)) sum.update(bytes);
  return sum.digest();
}

async function originsOf(
  digest: Digest,
  { registry }: Inputs,
  tools: Tools,
  env: Variables,
): Promise<readonly Origin[]> {
  const kept = await readKeptRuns(keptRunsFolder(env));
  const here = kept.flatMap(({ record, folder: runFolder }) => {
    const origin = record === undefined ? undefined : originOf(record, digest);
    return origin === undefined ? [] : [{ ...origin, folder: runFolder }];
  });
  if (registry.kind !== 'repository') return here;
  const there = await findFile(digest, namedRepository(registry.text), tools);
  const known = new Set(here.map(({ run }) => run));
  return [...here, ...there.filter(({ run }) => !known.has(run))];
}

/** With the bundle that was given, or its own; signed for another repository than its record names, it is refused. */
async function withSignature(
  { folder, ...origin }: Origin,
  given: ReadBundle | undefined,
  wanted: WantedSignature,
): Promise<ShownOrigin> {
  const bundle = given ?? (await bundleOfRun(folder, wanted.digest));
  const repository = wanted.required.repository ?? origin.record?.repository;
  const required = { ...wanted.required, repository };
  return {
    ...origin,
    signed: bundle === undefined ? undefined : await signatureIn(bundle, { ...wanted, required }),
  };
}

function linesOf(
  name: string,
  digest: Digest,
  origins: readonly ShownOrigin[],
  { required }: FileSignature,
): readonly string[] {
  return [
    `${cleanText(name)} is ${digest}`,
    ...origins.flatMap((origin) => printOrigin(origin)),
    ...printTrust(origins, (required.repository ?? required.identity) !== undefined),
  ];
}

function findingsOf(
  name: string,
  origins: readonly ShownOrigin[],
  { isRequired }: FileSignature,
): readonly Finding[] {
  if (origins.length === 0) return [noRecord(name)];
  const signatures = origins.flatMap(({ signed }): readonly ShownSignature[] =>
    signed === undefined ? [] : [signed],
  );
  return signatureFindings(name, signatures, isRequired);
}

function noRecord(name: string): Finding {
  return {
    level: 'error',
    code: 'no-record',
    message: `no record names the file "${name}"`,
    hint: 'name the repository that has records or outputs of runs, --registry ghcr.io/acme/train, or what was signed about it, --bundle bundle.sigstore.json',
  };
}
