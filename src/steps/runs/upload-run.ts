import { dirname } from 'node:path';
import type { Findings } from '../../findings.ts';
import { artifactName } from '../../run/artifact/name.ts';
import { uploadFinding } from '../../run/artifact/upload-failure.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Reason } from '../../run/types/verdict.ts';
import type { Upload } from '../../tools/artifacts.ts';
import type { Tools } from '../../tools/tools.ts';

export interface UploadTools extends Pick<Tools, 'artifacts'> {
  readonly host: Pick<Tools['host'], 'info'>;
}

/**
 * Uploads the folder of a run that is over, where that is asked for. It is done for each run by itself, before the next
 * one: what ends the step later takes nothing from those before. It changes nothing of how the run ended.
 */
export async function uploadRun(
  result: RunResult,
  { artifacts, host }: UploadTools,
  findings: Findings,
): Promise<RunResult> {
  const folder = folderOf(result);
  if (artifacts === undefined || folder === undefined) return result;
  const upload = await artifacts.upload(artifactName(result.run, artifacts.workflowJob), folder);
  reportUpload(result, { folder, upload }, findings);
  if (upload.kind !== 'uploaded') return result;
  const { artifact } = upload;
  host.info(`artifact ${artifact.name}: ${artifact.url}`);
  return { ...result, artifact };
}

const UNFINISHED: ReadonlySet<Reason> = new Set(['cancelled', 'detached']);

/** A run that was lost sight of has a log, and no outputs yet; one that was left in its grace is the post step's. */
function folderOf({ outputsFolder, logFile, verdict }: RunResult): string | undefined {
  if (outputsFolder === undefined && UNFINISHED.has(verdict.reason)) return undefined;
  return outputsFolder ?? (logFile === undefined ? undefined : dirname(logFile));
}

interface UploadedFolder {
  readonly folder: string;
  readonly upload: Upload;
}

function reportUpload({ run }: RunResult, { folder, upload }: UploadedFolder, findings: Findings): void {
  if (upload.kind === 'failed') findings.add([uploadFinding(run.id, folder, upload.failure)]);
  if (upload.kind !== 'uploaded') return;
  const { renamed, remarks, artifact } = upload;
  const hint = `compare it with "${folder}"`;
  for (const remark of remarks)
    findings.warning('artifact', `of the artifact ${artifact.name}: ${remark}`, { hint });
  if (renamed.length > 0) reportRenamed(artifact.name, renamed, findings);
}

/** So many names can be read in one line. */
const SHOWN = 3;

function reportRenamed(name: string, paths: readonly string[], findings: Findings): void {
  const shown = paths.slice(0, SHOWN).map((path) => JSON.stringify(path));
  const more = paths.length - shown.length;
  const list = more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
  const message = `an artifact cannot contain such a path: ${list}; it is percent-encoded in ${name}`;
  findings.notice('artifact-path', message, { hint: 'leave " * : < > ? | and \\ out of names of outputs' });
}
