import type { Findings } from '../../../findings.ts';
import { installRequirements } from '../../pip.ts';
import type { Dependencies } from './kind.ts';
import { fetchedByGit, readRequirements } from './requirement.ts';

/** What a file says of itself, as `pyproject.toml` and the header of a script do. */
export interface Declaration {
  readonly path: string;
  /** `requires-python` */
  readonly specifiers: string | undefined;
  readonly requirements: readonly string[];
}

/** Only the requirements are in the text of the step, so that no other edit of the file makes a new environment. */
export function declaredDependencies(declaration: Declaration, findings: Findings): Dependencies | undefined {
  const { path, specifiers } = declaration;
  const python = specifiers === undefined ? undefined : { specifiers, file: path };
  const requirements = readRequirements(declaration.requirements, { file: path }, findings);
  if (requirements === undefined) return undefined;
  if (requirements.length === 0) return { files: [], python };
  return {
    install: installRequirements(requirements),
    open: { requirements },
    files: [],
    python,
    git: fetchedByGit(requirements),
  };
}
