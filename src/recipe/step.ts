import type { Location } from '../errors.ts';

/** What a step installs in whatever version there is that day, so that a lock can pin it. */
export type Open =
  | {
      readonly kind: 'apt';
      readonly packages: readonly string[];
      /** Lines of shell text that stand before the installation. */
      readonly before: readonly string[];
    }
  | {
      readonly kind: 'pip';
      readonly requirements: readonly string[];
      /** Requirement files, each with what it includes. */
      readonly files: readonly string[];
      /** Wheels and archives of the repository that are installed from. */
      readonly archives?: readonly string[] | undefined;
      /** Files that a program of the step works further requirements out of. */
      readonly read?: readonly string[] | undefined;
      /** Of the image, where its base does not say it. */
      readonly python?: string | undefined;
      readonly isolated: boolean;
      /** Which build of torch is installed, where that is chosen. */
      readonly wheels?: Wheels | undefined;
    }
  | {
      readonly kind: 'conda';
      readonly request: CondaRequest;
    };

/** A shell text that runs as one `RUN` of the image build. */
export interface Step {
  /** What the log and the Dockerfile's comment call it: `apt`, `python`, `requirements`, `build 1`, … */
  readonly title: string;
  readonly run: string;
  /** Names of build secrets. */
  readonly secrets: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  /** Where in the spec it came from, for annotations. */
  readonly origin?: Location | undefined;
  /** Files of the repository that are mounted read-only at `/src` while it runs. */
  readonly files: readonly string[];
  readonly open?: Open | undefined;
  /** Bytes that it fetches at least, where a lock says it. */
  readonly downloads?: number | undefined;
  /** It runs in a stage beside the image, which takes only folders from there: compilers, and what is made with them. */
  readonly aside?: { readonly folders: readonly string[] } | undefined;
  /** Text of ours that fetches nothing: it gets neither certificates nor configuration of the machine. */
  readonly offline?: boolean;
  /**
   * apt steps get tmpfs on `/var/log`, `/var/cache`, `/var/lib/apt/lists` and `/tmp`; conda steps get the mirrors that
   * the defaults file names.
   */
  readonly kind: 'apt' | 'conda' | 'python' | 'shell';
}

/** Which of PyTorch's indexes a step takes wheels from beside its own. */
export interface Wheels {
  /** `cpu`, `cu126` */
  readonly folder: string;
  /** Newer versions have no build for it: `torch<2.14`. */
  readonly bound?: string | undefined;
  /** The CUDA that was asked for: another one is an error. */
  readonly version?: string | undefined;
}

/**
 * What a step asks program.py for, which solves and installs conda packages. It reads this as JSON from its standard
 * input and leaves nothing of the day, of the machine or of a cache: archives are checked by their hashes before anything
 * is unpacked, and what the installer records about itself is taken out.
 */
export type CondaRequest = { readonly platform: string } & CondaEnvironment;

export type CondaEnvironment =
  /** A solve: whatever the channels have that day. */
  | {
      readonly channels: readonly string[];
      readonly specs: readonly string[];
      /** What holds for packages that the others bring along. */
      readonly constraints: readonly string[];
      /** Virtual packages beside those of every Linux: `__cuda`. */
      readonly virtual: Readonly<Record<string, string>>;
    }
  /** A lock file of the repository, by its path in the step. */
  | { readonly lock: string }
  /** Exactly these archives: `https://…/zlib-1.3.1-0.conda#<sha256>`. A line each, for there may be hundreds. */
  | { readonly packages: readonly string[] };
