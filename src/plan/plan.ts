import type { ImageFacts } from '../fit/facts.ts';
import type { CodeMode, Job } from '../jobspec/job/job.ts';
import type { Digest, Platform, Reference, Repository } from '../oci/types.ts';
import type { Access } from '../recipe/private-places.ts';
import type { FileSet, Recipe } from '../recipe/recipe.ts';
import type { Step } from '../recipe/step.ts';
import type { Bases } from './bases.ts';

/** One file that enters an image; everything about it that decides bytes of the layer. */
export interface FileEntry {
  /** Relative to the file set's folder, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'link';
  readonly executable: boolean;
  /** Hex SHA-256 of the contents of a file; of a link, its target text. */
  readonly content: string;
  /** Bytes; 0 for a link. */
  readonly size: number;
}

/** What was learned from outside the spec, gathered once. */
export interface Facts {
  /** Absent: not known (`--offline`). */
  readonly bases: Bases;
  readonly files: ReadonlyMap<FileSet, readonly FileEntry[]>;
}

/** Where images are kept. */
export type Destination =
  | {
      readonly kind: 'registry';
      readonly repository: Repository /** chosen by us, not by the user */;
      readonly auto: boolean;
    }
  | { readonly kind: 'engine' };

/** Names of the inputs of an id with their hashes, never values; travels with the image to explain a rebuild. */
export type IdInputs = Readonly<Record<string, string>>;

/** Everything buildx needs for one image. */
export interface BuildPlan {
  readonly dockerfile: string;
  /** Path of the user's own Dockerfile that the text begins with, line for line; to say where a build failed. */
  readonly ownPath?: string | undefined;
  /** What it says in "# syntax"; undefined: the builder's own frontend reads it. */
  readonly frontend?: Reference | undefined;
  /** Steps in the order of the Dockerfile's RUN instructions of ours, to name a failed one. */
  readonly steps: readonly Step[];
  /** Files of the context, and the folder of the context they stand in. */
  readonly context: readonly {
    readonly files: FileSet;
    readonly entries: readonly FileEntry[];
    readonly folder: string;
  }[];
  readonly target?: string | undefined;
  readonly args: ReadonlyMap<string, string>;
  /** Names of the build secrets that the steps may see, from the spec. */
  readonly secrets: readonly import('../jobspec/job/job.ts').BuildSecret[];
  /** Private places that the steps fetch from. */
  readonly access?: Access | undefined;
  readonly platform: Platform;
  /** Whether programs of that platform run while it is built. */
  readonly runs: boolean;
  readonly compression: 'zstd' | 'gzip';
  /** SOURCE_DATE_EPOCH, seconds. */
  readonly epoch: number;
  /** Manifest annotations (with a registry) or labels outside the id (local engine). */
  readonly annotations: ReadonlyMap<string, string>;
  /** By host, where steps of conda packages read channels from instead; undefined: there is no such step. */
  readonly channelMirrors?: ReadonlyMap<string, string> | undefined;
  /** The mirror of PyTorch's indexes, for steps that take wheels from there. */
  readonly pytorchIndex?: string | undefined;
  /** The image of BuildKit, where a builder has to be made: pinned, and read from its registry's mirror. */
  readonly buildkit: Reference;
  /** Registries that are read while building, for credentials. */
  readonly reads: readonly Repository[];
}

/** What an image is made from, and the tag that it is found by. */
export interface Identity {
  /** undefined while a base is not resolved. */
  readonly id: Digest | undefined;
  /** The first 16 hex digits of the id, after `env-` or the job's name. */
  readonly tag: string | undefined;
  readonly inputs: IdInputs;
  /** The inputs as they travel with the image. */
  readonly carried: string;
}

/** What the builder has to fetch for an image, as far as that is known before. */
export interface Fetches {
  /** Images that it unpacks, as they are read here. */
  readonly images: readonly Reference[];
  /** Bytes of packages. */
  readonly packages: number;
}

/** For one platform. */
export interface EnvironmentPlan extends Identity {
  /** The base as named, and with its digest; undefined for a user's own Dockerfile. */
  readonly base?:
    | { readonly name: string; readonly digest: Digest | undefined; readonly from: Reference }
    | undefined;
  readonly build: BuildPlan;
  readonly fetches: Fetches;
  /** undefined: the base's own. */
  readonly workdir: string | undefined;
}

/** A layer with the code, made in process. */
export interface CodeLayer {
  readonly files: FileSet;
  readonly entries: readonly FileEntry[];
  /** Absolute folder in the image. */
  readonly folder: string;
  /** Where the code is cut into several layers: which of them this is. */
  readonly part?: { readonly number: number; readonly of: number } | undefined;
}

export type ImagePlan =
  /** An image by reference: nothing is built. */
  | { readonly kind: 'given'; readonly reference: Reference; readonly digest: Digest | undefined }
  | PlatformImagePlan
  | IndexPlan;

/** An image for one platform. */
export type PlatformImagePlan = EnvironmentImagePlan | LayerPlan | StepsPlan;

/** The environment image itself. */
export interface EnvironmentImagePlan {
  readonly kind: 'environment';
  readonly environment: EnvironmentPlan;
}

/** Environment image and the layers of the code, without a builder. */
export interface LayerPlan extends Identity {
  readonly kind: 'layer';
  readonly environment: EnvironmentPlan;
  /** All of the code, and the layers that it is cut into. */
  readonly layer: CodeLayer;
  readonly layers: readonly CodeLayer[];
  readonly labels: ReadonlyMap<string, string>;
}

/** Environment image and a job Dockerfile, through buildx: steps follow the code. */
export interface StepsPlan extends Identity {
  readonly kind: 'build';
  readonly environment: EnvironmentPlan;
  /** Rendered once the environment's own digest is known. */
  readonly build: (environment: Reference) => BuildPlan;
}

/** One image for each of several platforms, below an index; so are their environments. */
export interface IndexPlan extends Identity {
  readonly kind: 'index';
  /** Of the index of the environments; the same as that of this one when they hold no code. */
  readonly environment: Identity;
  /** Sorted by platform; each is found and made as if it were alone. */
  readonly platforms: readonly PlatformPlan[];
}

export interface PlatformPlan {
  readonly platform: Platform;
  readonly image: PlatformImagePlan;
  /** What it needs of a GPU and its driver, as its recipe knows it. */
  readonly facts: ImageFacts;
}

/** How the container of a job is, as far as its image decides it. */
export interface JobContainer {
  /** What its image stands on, with the digest; undefined where nobody here knows it. */
  readonly base?: string | undefined;
  /** undefined: the image's own. */
  readonly workdir: string | undefined;
  /** `/tmp` where HOME of the image may not be usable. */
  readonly home: string;
  /** undefined for an image by reference. */
  readonly platforms?: readonly Platform[] | undefined;
  /** Number of the user that the image names, where it is known not to be root. */
  readonly user?: number | undefined;
}

export interface JobPlan {
  readonly job: Job;
  /** Of the first platform. */
  readonly recipe: Recipe;
  readonly image: ImagePlan;
  readonly code: CodeMode;
  /** The code to put into the container at its start, when `code` is `mount`. */
  readonly mount?: CodeLayer | undefined;
  /** As another job of the workflow tells it, which made the image; undefined: as the recipe says. */
  readonly container?: JobContainer | undefined;
}

export interface Plan {
  readonly destination: Destination;
  readonly jobs: readonly JobPlan[];
}
