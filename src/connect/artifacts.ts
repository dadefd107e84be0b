import type { Variables } from '../io/process/exec.ts';
import { workflowJobOf } from '../run/artifact/workflow-job.ts';
import type { Artifacts } from '../tools/artifacts.ts';
import { besideEntry } from './beside-entry.ts';

/** Artifacts of the workflow; what uploads them is loaded when there is something to upload. */
export function connectArtifacts(env: Variables, tell: (line: string) => void): Artifacts {
  return {
    workflowJob: workflowJobOf(env['ACTIONS_RUNTIME_TOKEN']),
    async upload(name, folder) {
      const { uploadFolder } = await import('../artifact/upload-folder.ts');
      return uploadFolder(name, folder, { script: besideEntry('upload.js'), env, tell });
    },
  };
}
