import { condaEnvironment, condaLock, pixiLock } from './conda.ts';
import type { DependencyKind } from './kind/kind.ts';
import { pdmLock } from './pdm-lock.ts';
import { pipfileLock } from './pipfile-lock.ts';
import { poetryLock } from './poetry/lock.ts';
import { pylock } from './pylock/pylock.ts';
import { pyproject } from './pyproject.ts';
import { requirements } from './requirements.ts';
import { script } from './script/script.ts';
import { setupPy } from './setup/py.ts';
import { uvLock } from './uv/lock.ts';

/** In the order they are looked for. */
export const DEPENDENCY_KINDS: readonly DependencyKind[] = [
  script,
  uvLock,
  poetryLock,
  pdmLock,
  pylock,
  pixiLock,
  condaLock,
  pipfileLock,
  requirements,
  condaEnvironment,
  pyproject,
  setupPy,
];

/** The kind of a file that the spec names; what no other kind knows is a requirements file. */
export function kindOf(path: string): DependencyKind {
  return DEPENDENCY_KINDS.find((kind) => kind !== requirements && kind.owns(path)) ?? requirements;
}
