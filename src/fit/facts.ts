import type { Brand } from '../data/gpus.ts';
import type { Gpu } from '../jobspec/job/resources.ts';
import type { Platform } from '../oci/types.ts';
import type { Tables } from './tables.ts';

/** Something that is known, and who says so: `uv.lock`, `nvidia-smi`, `the runner's label "driver:580"`. */
export interface Fact<T> {
  readonly value: T;
  readonly source: string;
  /** It is what happens usually, and may be otherwise: a contradiction to it is a warning. */
  readonly presumed?: true | undefined;
}

/** The package whose CUDA it is: `torch 2.7.1`. */
export interface Framework {
  readonly name: string;
  readonly version?: string | undefined;
  /** Whether it is the build that PyPI has. */
  readonly isPypi?: true | undefined;
}

/** What the code of an image was compiled for, as compute capabilities: `8.6`, and `9.0a` for that one alone. */
export interface Architectures {
  readonly cubins: readonly string[];
  readonly ptx: readonly string[];
  /** The CUDA whose driver translates the PTX, or `unknown`; undefined: that of the image. */
  readonly ptxCuda?: string | undefined;
}

/** A package beside the framework that has code for GPUs of its own. */
export interface CompiledPackage {
  readonly name: string;
  readonly version?: string | undefined;
  readonly architectures: Architectures;
}

/** Who decides which CUDA it is, where no line of the spec does: an image that has it, or a lock. */
export type CudaOrigin =
  | { readonly kind: 'image' }
  | { readonly kind: 'lock'; readonly path: string; readonly packages: readonly string[] };

/** What an image needs; whatever is not known is undefined. */
export interface ImageFacts {
  /** That its programs use, `12.8`. */
  readonly cuda?: Fact<string> | undefined;
  readonly cudaFrom?: CudaOrigin | undefined;
  readonly framework?: Fact<Framework> | undefined;
  readonly architectures?: Fact<Architectures> | undefined;
  readonly others?: Fact<readonly CompiledPackage[]> | undefined;
  /** Its variables that NVIDIA's runtime reads. */
  readonly env?: Fact<ReadonlyMap<string, string>> | undefined;
  /** The CUDA of its package `cuda-compat`; null: it has none. */
  readonly compat?: Fact<string | null> | undefined;
  /** Branches of drivers that it says to work on; undefined: as the table has them. */
  readonly compatDrivers?: Fact<readonly number[]> | undefined;
  readonly platforms?: Fact<readonly Platform[]> | undefined;
  /** Bytes of its layers, compressed. */
  readonly size?: Fact<number> | undefined;
}

/** GPUs of one kind. */
export interface TargetGpu {
  /** As their driver calls them. */
  readonly name?: string | undefined;
  readonly computeCapability?: string | undefined;
  /** Bytes of each. */
  readonly memory?: number | undefined;
  readonly brand?: Brand | undefined;
  /** undefined: nobody says how many. */
  readonly count?: number | undefined;
}

/** How containers get GPUs there. */
export type GpuRuntime = 'cdi' | 'legacy' | 'none';

export interface RuntimeFact extends Fact<GpuRuntime> {
  /** Of `none`: what gives containers a GPU there. */
  readonly fix?: string | undefined;
}

/** What a place offers; whatever is not known is undefined. */
export interface TargetFacts {
  /** As a person calls it: `this machine`, `the node gpu-1`. */
  readonly name: string;
  /** As far as it is known: `570.124.06`, or `570`. */
  readonly driver?: Fact<string> | undefined;
  readonly gpus?: Fact<readonly TargetGpu[]> | undefined;
  /** As images name it: `amd64`. */
  readonly architecture?: Fact<string> | undefined;
  readonly runtime?: RuntimeFact | undefined;
  /** What the driver says in the place of GPUs that do not answer it. */
  readonly lost?: Fact<readonly string[]> | undefined;
  /** Bytes where images are kept. */
  readonly freeDisk?: Fact<number> | undefined;
}

/** An image, a place, and what the job asks for there. */
export interface FitSubject {
  readonly image: ImageFacts;
  readonly target: TargetFacts;
  readonly gpu?: Gpu | undefined;
  /** `2026-12`, to tell which drivers are no longer maintained. */
  readonly month?: string | undefined;
  /** undefined: ours alone. */
  readonly tables?: Tables | undefined;
}

/** What does not fit, or cannot be told. */
export interface Misfit {
  readonly level: 'error' | 'warning' | 'notice';
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Which part of the spec it is about. */
  readonly about: 'image' | 'gpu';
}

/** One row of the table: pure, and silent where nothing is wrong or nothing is known. */
export type Check = (subject: FitSubject) => readonly Misfit[];
