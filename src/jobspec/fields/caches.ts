import * as z from 'zod';
import type { Cache } from '../job/data.ts';
import { type Rows, schemaOf } from '../rows/row.ts';
import { STRING, scalar } from '../rows/scalar.ts';
import { parseMountTarget } from '../values/mount-points.ts';
import { parseParamName, parseVariable } from '../values/names.ts';

/** The keys of one of `caches`. */
export const CACHE = {
  name: {
    value: scalar(parseParamName, STRING),
    required: true,
    description: 'Name of the cache',
    type: 'name',
    shown: ({ name }) => name,
  },
  path: {
    value: scalar(parseMountTarget, STRING),
    required: true,
    description: 'Path in the container',
    type: 'absolute path',
    shown: ({ path }) => path,
  },
  env: {
    value: scalar(parseVariable, STRING),
    description: 'Variable that is set to the path',
    type: 'name',
    shown: ({ env }) => env,
  },
} satisfies Rows<Cache>;

/** Of tools that need no more than their name: the variable by which each is told where its cache is. */
export const KNOWN_CACHES = {
  hf: 'HF_HOME',
  torch: 'TORCH_HOME',
  uv: 'UV_CACHE_DIR',
  pip: 'PIP_CACHE_DIR',
  wandb: 'WANDB_CACHE_DIR',
} as const;

const KNOWN = ['hf', 'torch', 'uv', 'pip', 'wandb'] as const;

export const Caches = z.array(z.union([z.enum(KNOWN).transform(knownCache), schemaOf(CACHE)]));

/** Outside of every home, so that no folder of one is made by the engine, for root alone. */
function knownCache(name: (typeof KNOWN)[number]): Cache {
  return { name, path: `/caches/${name}`, env: KNOWN_CACHES[name] };
}
