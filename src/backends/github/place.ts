import type { ArtifactReader } from '../../evidence/artifact-reader.ts';
import type { Clock } from '../../io/clock.ts';
import type { diskOf } from '../../io/fs/disk.ts';
import type { GithubSite } from '../../jobspec/job/sites.ts';
import type { Artifact } from '../../oci/referrer.ts';
import type { Digest, Image } from '../../oci/types.ts';
import type { WorkflowApi } from './api/api.ts';

/** What the backend is made from. */
export interface GithubPlace {
  /** As the operator calls it. */
  readonly name: string;
  readonly site: GithubSite;
  readonly api: WorkflowApi;
  readonly registry: ArtifactReader & { pushReferrer(subject: Image, artifact: Artifact): Promise<Digest> };
  /** Host of the registry whose plans are read by whoever lists runs; undefined: none are. */
  readonly registryHost: string | undefined;
  /** ` --defaults <file>` where a command about a run here needs it. */
  readonly defaultsOption?: string | undefined;
  readonly clock: Clock;
  /** Without the values that nothing may keep. */
  readonly hide: (text: string) => string;
  readonly progress: (line: string) => void;
  readonly diskOf?: typeof diskOf | undefined;
}
