import type { Location } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import type { Job } from '../../../jobspec/job/job.ts';
import type { CondaEnvironment } from '../../conda/environment.ts';
import type { Downloads } from '../../downloads/target.ts';
import type { PythonRequirement } from '../../packages/python.ts';

/** What a kind of dependency file may look at. */
export interface DependencyContext {
  readonly job: Job;
  readonly tree: Tree;
}

/** What one dependency file asks for. */
export interface Dependencies {
  /** Shell text that installs them, or several, each for a step of its own; undefined when there is nothing to install. */
  readonly install?: string | readonly string[] | undefined;
  /** What the installation leaves open: requirements themselves, or all of `files`. */
  readonly open?:
    | {
        readonly requirements: readonly string[];
        readonly files?: readonly string[];
        /** Wheels and archives of the repository among them. */
        readonly archives?: readonly string[];
        /** Files that a program of the step works further requirements out of. */
        readonly read?: readonly string[];
      }
    | 'files'
    | undefined;
  /** Conda packages, which are there before anything that `install` installs. */
  readonly conda?: CondaEnvironment | undefined;
  /** Every file of the repository that the installation reads. */
  readonly files: readonly string[];
  readonly python?: PythonRequirement | undefined;
  /** How much is fetched, where the file says it. */
  readonly downloads?: Downloads | undefined;
  /** A requirement that is fetched by git, which an image must have for it. */
  readonly git?: string | undefined;
  /** Variables that the installer reads, and where they are written. */
  readonly variables?: ReadonlyMap<string, Location> | undefined;
}

/** One kind of dependency file: https://packaging.python.org/en/latest/specifications/ */
export interface DependencyKind {
  readonly name: string;
  /** It pins everything: two locks in one repository are for the user to choose between. */
  readonly lock: boolean;
  /** It is of conda packages, so that `image.conda` may stand for it. */
  readonly conda?: boolean;
  /** The file that is taken when the spec names none. */
  find(context: DependencyContext, findings: Findings): string | undefined;
  /** Whether a path that the spec names is of this kind. */
  owns(path: string): boolean;
  /** undefined when it cannot be used; why is reported. */
  read(path: string, context: DependencyContext, findings: Findings): Dependencies | undefined;
}

/** A lock that stands under one name. */
export function lockKind(
  name: string,
  read: (path: string, context: DependencyContext, findings: Findings) => Dependencies | undefined,
): DependencyKind {
  return {
    name,
    lock: true,
    find: (context) => firstFile(context, [name]),
    owns: (path) => baseName(path) === name,
    read: (path, context, findings) => findings.attempt({ file: path }, () => read(path, context, findings)),
  };
}

/** The first of these files that the root of the repository has. */
export function firstFile({ tree }: DependencyContext, names: readonly string[]): string | undefined {
  return names.find((name) => tree.has(name));
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
