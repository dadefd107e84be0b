/** What runs containers on the nodes of a cluster. */
export const CONTAINER_TOOLS = ['docker', 'podman', 'apptainer'] as const;
export type ContainerTool = (typeof CONTAINER_TOOLS)[number];

/** What an operator says of a Slurm cluster; no spec can. */
export interface SlurmSite {
  /** `ssh://user@login`; undefined: its commands are on this machine. */
  readonly host?: string | undefined;
  /** A folder that login node and nodes share; undefined: `~/.jobimg`. */
  readonly folder?: string | undefined;
  readonly container: ContainerTool;
  /** Lines of a shell that come first, on the login node and in the job: modules, variables. */
  readonly setup: readonly string[];
}
