import type { Finding, Location } from '../errors.ts';
import type { ImageFacts } from '../fit/facts.ts';
import type { CodeMode, Job } from '../jobspec/job/job.ts';
import type { Platform, Reference } from '../oci/types.ts';
import type { Access } from './private-places.ts';
import type { Step } from './step.ts';

/** Files of the repository that enter an image. */
export type FileSet =
  /** Exactly these paths. */
  | { readonly kind: 'listed'; readonly paths: readonly string[] }
  /** What is below `folder`, less what the rules leave out. */
  | {
      readonly kind: 'walked';
      /** Relative to the repository; '' is its root. */
      readonly folder: string;
      /** Patterns with exactly the semantics of `.dockerignore`, in order; ours stand first. */
      readonly ignore: readonly string[];
      /** Leave out what Git ignores (only when the folder has no `.dockerignore`). */
      readonly git: boolean;
      /** When there are any, only files that one of these globs names enter. */
      readonly include: readonly string[];
      /** Of a context: only files that a Dockerfile reads by these enter; undefined: every file. */
      readonly sources?: readonly ContextSource[] | undefined;
    };

/** What an instruction of a Dockerfile reads of its context: a file, a folder with all below it, or a pattern. */
export interface ContextSource {
  /** Relative to the context, without a slash at either end; '' is the whole context. */
  readonly path: string;
  /** Two stars in the path are any number of folders. */
  readonly parents?: boolean | undefined;
  /** Patterns of files below that are not read. */
  readonly exclude?: readonly string[] | undefined;
}

/** A source of the context as an instruction names it. */
export interface NamedSource {
  /** As written, its variables expanded. */
  readonly text: string;
  /** Relative to the context, as BuildKit reads it. */
  readonly path: string;
  /** It may fit nothing. */
  readonly isPattern: boolean;
  /** It leads above the context, where BuildKit stops at its root. */
  readonly isOutside: boolean;
  readonly keyword: string;
  readonly origin: Location;
}

/** Why something was chosen, one line of the log: `base python:3.13-slim-bookworm: .python-version`. */
export interface Reason {
  readonly subject: string;
  readonly choice: string;
  readonly why: string;
  readonly origin?: Location | undefined;
}

/** An external image that a recipe names, for which platform, and where. */
export interface BaseUse {
  readonly reference: Reference;
  /** `index`: the builder takes from it what it runs itself. */
  readonly platform: Platform | 'index';
  readonly origin?: Location | undefined;
  /** Stages that a Dockerfile has above the place: a name that is no image may be one of theirs, mistyped. */
  readonly stages?: readonly string[] | undefined;
}

/** An own Dockerfile as read from the tree, its directives blanked but for the frontend, its external images found. */
export interface OwnRecipe {
  readonly path: string;
  readonly text: string;
  /** The stage that is built; steps of ours stand on top of it. */
  readonly target: string;
  readonly args: ReadonlyMap<string, string>;
  readonly context: FileSet;
  /** What the stages that it needs name of the context. */
  readonly named: readonly NamedSource[];
  /** Ranges of the text that name external images, in order, to be replaced by digests. */
  readonly images: readonly { readonly start: number; readonly end: number; readonly base: BaseUse }[];
  /** That of them which reads the Dockerfile; undefined: the builder itself does. */
  readonly frontend?: BaseUse | undefined;
  /** Those of them that the build begins stages with, which it cannot do without. */
  readonly begun: readonly BaseUse[];
  /** Whether it runs programs of the image's own platform. */
  readonly runs: boolean;
  /** The image whose config decides the work directory, while it was not read. */
  readonly asks?: BaseUse | undefined;
}

/** What a Dockerfile inherits from an image that it begins with. */
export interface Inherited {
  /** As `NAME=value`. */
  readonly env: readonly string[];
  readonly workdir?: string | undefined;
  /** Its ONBUILD: instructions that come before those of the stage. */
  readonly triggers?: readonly string[] | undefined;
}

/** undefined: its config was not read. */
export type InheritedFrom = (base: BaseUse) => Inherited | undefined;

/** What an environment image says of itself beside its files. */
export interface Layout {
  /** Names of variables whose values may use those of the base, as `$NAME`. */
  readonly inherits?: ReadonlySet<string> | undefined;
  /** As they stand in the image; `PATH` is the base's own with `path` before it. */
  readonly env: ReadonlyMap<string, string>;
  /** Folders that stand first in PATH. */
  readonly path: readonly string[];
  /** What `WORKDIR` says; undefined: it stays what it is. */
  readonly workdir?: string | undefined;
  /** What `USER` says at the end; undefined: nobody changed it, so that steps run as whoever the base says. */
  readonly user?: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
  /** An own Dockerfile says with which program it runs its lines; ours are for `/bin/sh`. */
  readonly ownShell?: boolean | undefined;
}

/** What goes into a job's images for one platform, by name, each choice with its reason. */
export interface Recipe {
  /** As the spec has it, but for this one platform. */
  readonly job: Job;
  readonly platform: Platform;
  /** Every image that must be resolved to a digest before ids can be computed. */
  readonly bases: readonly BaseUse[];
  /** undefined for an image by reference. */
  readonly environment?:
    | {
        readonly base?: BaseUse | undefined;
        readonly own?: OwnRecipe | undefined;
        readonly layout: Layout;
        /** Where commands start; undefined: only the base knows. */
        readonly workdir?: string | undefined;
        readonly steps: readonly Step[];
        /** Private places that the steps, and those after the code, fetch from. */
        readonly access?: Access | undefined;
        /** Every file the steps mount, once. */
        readonly files: FileSet;
      }
    | undefined;
  readonly code?:
    | {
        readonly files: FileSet;
        /** The work directory in the image. */
        readonly folder: string;
        /** Steps that follow the code: they need a builder. */
        readonly after: readonly Step[];
      }
    | undefined;
  /** As the spec says; undefined: decided by where images are kept. */
  readonly mode?: CodeMode | undefined;
  /** What the image needs of a GPU and its driver, as far as that is known without a request. */
  readonly facts: ImageFacts;
  readonly reasons: readonly Reason[];
  /** Warnings and notices; errors were thrown. */
  readonly findings: readonly Finding[];
}
