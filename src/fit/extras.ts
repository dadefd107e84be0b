import { JAX_BUILDS } from '../data/jax.ts';
import { TENSORFLOW_BUILDS } from '../data/wheels.ts';
import type { ImageFacts } from './facts.ts';
import { minorOf } from './version.ts';

/** `jax[cuda13]==0.12.0` and `tensorflow[and-cuda]==2.18.0`: their extras bring CUDA, and nothing else of them does. */
export function factsOfExtras(requirements: readonly string[], source: string): ImageFacts {
  for (const requirement of requirements) {
    const [, name = '', extras = '', version] =
      /^(jax|tensorflow)\s{0,5}\[([\w,\s-]{1,100})\]\s{0,5}(?:==\s{0,5}(\d+\.\d+(?:\.\d+)*))?/i.exec(
        requirement,
      ) ?? [];
    const read = READERS.get(name.toLowerCase());
    const facts = read?.(
      extras.split(',').map((extra) => extra.trim()),
      version,
      source,
    );
    if (facts !== undefined) return facts;
  }
  return {};
}

type Reader = (
  extras: readonly string[],
  version: string | undefined,
  source: string,
) => ImageFacts | undefined;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['jax', jaxFacts],
  ['tensorflow', tensorflowFacts],
]);

/** Which CUDA of its major version is installed is open; the oldest driver is the same for all of them. */
function jaxFacts(
  extras: readonly string[],
  version: string | undefined,
  source: string,
): ImageFacts | undefined {
  const row = JAX_BUILDS.find(({ extra }) => extras.includes(extra));
  if (row === undefined) return undefined;
  const framework = { value: { name: 'jax', version }, source };
  // Without a number, jax itself decides which one it is.
  const presumed = row.extra === 'cuda' ? { presumed: true as const } : {};
  return {
    framework,
    cuda: { value: row.cuda, source: `${source}, by the extra "${row.extra}"`, ...presumed },
  };
}

function tensorflowFacts(
  extras: readonly string[],
  version: string | undefined,
  source: string,
): ImageFacts | undefined {
  if (!extras.includes('and-cuda')) return undefined;
  const framework = { value: { name: 'tensorflow', version }, source };
  const row =
    version === undefined
      ? TENSORFLOW_BUILDS.at(-1)
      : TENSORFLOW_BUILDS.find(({ tensorflow }) => tensorflow === minorOf(version));
  if (row === undefined) return { framework };
  const presumed = version === undefined ? { presumed: true as const } : {};
  return { framework, cuda: { value: row.cuda, source: `${source}, by the extra "and-cuda"`, ...presumed } };
}
