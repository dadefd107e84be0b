import { join } from 'node:path';
import { printBytes } from '../../disk/bytes.ts';
import { outputsParts } from '../../evidence/outputs/outputs-parts.ts';
import { EVIDENCE_ANNOTATION } from '../../evidence/types.ts';
import type { PullCall } from '../../host/inputs/artifact-commands.ts';
import { readKeptRuns } from '../../host/runs/kept-runs.ts';
import { keptRunsFolder } from '../../host/runs/paths.ts';
import { pullFolder } from '../../io/outputs/pulled-folder.ts';
import type { Variables } from '../../io/process/exec.ts';
import { printReference } from '../../oci/reference.ts';
import type { Image, Manifest } from '../../oci/types.ts';
import { namedRepository } from '../../plan/destination.ts';
import type { Json } from '../../report/plan-json.ts';
import { findOutputs } from '../../steps/stored-outputs/find-outputs.ts';
import type { Tools } from '../../tools/tools.ts';

interface CommandContext {
  readonly env: Variables;
  print(json: Json): void;
}

/** `jobimg pull`: outputs come back from the registry into a new folder. */
export async function pullCommand(
  call: PullCall,
  tools: Tools,
  { env, print }: CommandContext,
): Promise<number> {
  const { what, inputs } = call;
  const { registry } = inputs;
  const repository = registry.kind === 'repository' ? namedRepository(registry.text) : undefined;
  const kept = await readKeptRuns(keptRunsFolder(env));
  const image = await findOutputs(what, { kept, repository }, tools);
  const manifest = await tools.registry.manifest(image);
  const name = printReference(image);
  const parts = outputsParts(name, manifest);
  const folder = call.to ?? join(inputs.folder, folderName(image, manifest));
  tools.host.info(`pulling ${name}`);
  const pulled = await pullFolder(folder, parts, { open: (blob) => tools.registry.blob(image, blob) });
  if (inputs.json) print({ artifact: name, folder, ...pulled });
  else tools.host.info(`${folder}: ${countOf(pulled.files)}, ${printBytes(pulled.bytes)}`);
  return 0;
}

function countOf(files: number): string {
  return files === 1 ? '1 file' : `${files} files`;
}

/** The id of the run, as far as it can be one: it is a stranger's text. */
function folderName({ digest }: Image, { annotations }: Manifest): string {
  const run = annotations?.[EVIDENCE_ANNOTATION.run] ?? '';
  return /^[a-z0-9][a-z0-9-]{0,51}$/.test(run) ? run : `outputs-${digest.slice('sha256:'.length, 19)}`;
}
