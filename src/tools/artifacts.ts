import type { UploadFailure } from '../run/artifact/upload-failure.ts';
import type { Artifact } from '../run/types/result.ts';

/** What became of the files of a folder that were to be kept. */
export type Upload =
  | {
      readonly kind: 'uploaded';
      readonly artifact: Artifact;
      /** Paths that it has under another name. */
      readonly renamed: readonly string[];
      /** What the client had to say, such as a file that was gone. */
      readonly remarks: readonly string[];
    }
  | { readonly kind: 'nothing-there' }
  | { readonly kind: 'failed'; readonly failure: UploadFailure };

/** Where files are kept when the step and its machine are gone. */
export interface Artifacts {
  /** What tells this job of a workflow from others of the same name; undefined where nobody says. */
  readonly workflowJob: string | undefined;
  /** All regular files below the folder as one artifact; never throws for what goes wrong outside. */
  upload(name: string, folder: string): Promise<Upload>;
}
