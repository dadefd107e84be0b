import type { Mount } from './mount.ts';

export const DEFAULT_SHELL = ['/bin/sh', '-c'] as const;

/** https://docs.docker.com/reference/dockerfile/#environment-replacement, as far as it is let through. */
export const VARIABLE = /(?<![\\$])\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})/g;

/** What a Dockerfile of ours is made of. */
export type Instruction =
  | { readonly kind: 'from'; readonly image: string; readonly as?: string | undefined }
  /** `ARG SOURCE_DATE_EPOCH`: without it tools in the build write today's date. */
  | { readonly kind: 'epoch' }
  | { readonly kind: 'user'; readonly user: string }
  /** What a Dockerfile has when it says none: https://docs.docker.com/reference/dockerfile/#shell */
  | { readonly kind: 'default-shell' }
  | { readonly kind: 'env'; readonly name: string; readonly value: string }
  /** `$NAME` and `${NAME}` in the value are variables of what stands above. */
  | { readonly kind: 'expanded-env'; readonly name: string; readonly value: string }
  /** Folders before the base's own PATH. */
  | { readonly kind: 'path'; readonly folders: readonly string[] }
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'copy'; readonly from: string; readonly to: string }
  /** A folder of another stage, to the same place. */
  | { readonly kind: 'copy-stage'; readonly stage: string; readonly folder: string }
  | { readonly kind: 'run'; readonly title: string; readonly mounts: readonly Mount[]; readonly text: string }
  | { readonly kind: 'label'; readonly name: string; readonly value: string };

export const ROOT: Instruction = { kind: 'user', user: '0' };
export const SHELL: Instruction = { kind: 'default-shell' };
