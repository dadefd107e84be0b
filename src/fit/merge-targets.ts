import type { TargetFacts } from './facts.ts';

/** What is measured at the place goes before what its labels say of it. */
export function withLabels(target: TargetFacts, labels: TargetFacts): TargetFacts {
  return {
    ...target,
    driver: target.driver ?? labels.driver,
    gpus: target.gpus ?? labels.gpus,
    architecture: target.architecture ?? labels.architecture,
  };
}
