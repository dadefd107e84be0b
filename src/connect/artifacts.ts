import { workflowJobOf } from '../run/artifact-name.ts';
import type { Artifacts } from '../tools.ts';
import { besideEntry } from './beside-entry.ts';
import type { Ground } from './ground.ts';

/** Artifacts of the workflow, where the caller wants them; loaded when there is something to upload. */
export function connectArtifacts({ inputs, env, host }: Ground): Artifacts | undefined {
  if (!inputs.artifact) return undefined;
  return {
    workflowJob: workflowJobOf(env['ACTIONS_RUNTIME_TOKEN']),
    async upload(name, folder) {
      const { uploadFolder } = await import('../artifact/upload-folder.ts');
      return uploadFolder(name, folder, { script: besideEntry('upload.js'), env, tell: host.info });
    },
  };
}
