import * as z from 'zod';
import { jsonIn } from '../../json.ts';

/** Raised when a reader of an older one could misunderstand it. */
const FORMAT = 1;
const MOST = 200;

const Version = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+!_-]{0,99}$/);
const Name = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z._+-]{0,199}$/);
const Cuda = z.string().regex(/^\d{1,3}\.\d{1,3}$/);
const Capability = z.string().regex(/^\d{1,3}\.\d[af]?$/);

const Code = z.object({
  package: Name,
  /** null: no package of Python owns it. */
  version: Version.nullable(),
  cubins: z.array(Capability).max(MOST),
  ptx: z.array(z.object({ capability: Capability, version: Cuda })).max(MOST),
});

/**
 * What the files of an image say of GPUs: the image of somebody who may write any of it, so that everything is bounded
 * and has a shape.
 */
export const Measured = z.object({
  format: z.literal(FORMAT),
  /** false: reading was given up before its end. */
  complete: z.boolean(),
  /** Frameworks, and packages of CUDA itself. */
  packages: z.array(z.object({ name: Name, version: Version })).max(MOST),
  /** Which CUDA a framework says it was built for, by its name. */
  cuda: z.object({ torch: Cuda.optional(), tensorflow: Cuda.optional() }),
  /** Libraries of `cuda-compat`, with the branches of drivers that they work on. */
  compat: z
    .array(
      z.object({
        library: z.string().regex(/^\d{1,4}(?:\.\d{1,4}){1,2}$/),
        cuda: Cuda,
        drivers: z.array(z.int().positive().max(10_000)).max(MOST),
      }),
    )
    .max(MOST),
  /** Of each package, the compute capabilities that its code is compiled for. */
  code: z.array(Code).max(MOST),
});
export type Measured = z.infer<typeof Measured>;

/** undefined: the text is no such thing. */
export function readMeasured(text: string): Measured | undefined {
  const parsed = Measured.safeParse(jsonIn(text));
  return parsed.success ? parsed.data : undefined;
}
