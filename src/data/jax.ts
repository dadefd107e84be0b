import { type Sourced, sourced } from './rows.ts';

/** What an extra of jax brings: `jax[cuda13]`. */
export interface JaxBuild extends Sourced {
  readonly extra: string;
  readonly plugin: string;
  /** The oldest CUDA that its requirements let in; drivers are told by its major version. */
  readonly cuda: string;
}

export const JAX_BUILDS: readonly JaxBuild[] = sourced(
  { source: 'https://pypi.org/project/jax/', asOf: '2026-12-01' },
  [
    { extra: 'cuda', plugin: 'jax-cuda12-plugin', cuda: '12.1' },
    { extra: 'cuda12', plugin: 'jax-cuda12-plugin', cuda: '12.1' },
    { extra: 'cuda13', plugin: 'jax-cuda13-plugin', cuda: '13.0' },
  ],
);
