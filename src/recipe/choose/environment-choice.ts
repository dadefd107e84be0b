import type { ImageFacts } from '../../fit/facts.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import type { Access } from '../private-places.ts';
import type { BaseUse, InheritedFrom, Layout, OwnRecipe } from '../recipe.ts';
import type { Step } from '../step.ts';

export interface EnvironmentChoice {
  readonly bases: readonly BaseUse[];
  readonly base?: BaseUse | undefined;
  readonly own?: OwnRecipe | undefined;
  readonly layout: Omit<Layout, 'workdir'>;
  /** As the spec or the own Dockerfile says. */
  readonly workdir?: string | undefined;
  /** What a user's own Dockerfile sets by itself. */
  readonly fileWorkdir?: string | undefined;
  readonly steps: readonly Step[];
  /** Steps that follow the code. */
  readonly after: readonly Step[];
  readonly access?: Access | undefined;
  readonly copiesContext: boolean;
  /** What it needs of a GPU and its driver. */
  readonly facts: ImageFacts;
}

/** The job whose environment is chosen, and the files of its repository. */
export interface EnvironmentOptions {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly tree: Tree;
  readonly inheritedFrom: InheritedFrom;
}
