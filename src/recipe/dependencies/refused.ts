import { problem } from '../notes.ts';
import { baseName, type DependencyKind, firstFile } from './kind.ts';

interface Refusal {
  readonly name: string;
  readonly names?: readonly string[];
  readonly lock: boolean;
  readonly instead: string;
}

/** A kind that is known and not installed from yet: found, it is refused, for passing it over would be a guess. */
export function refusedKind({ name, names = [name], lock, instead }: Refusal): DependencyKind {
  return {
    name,
    lock,
    find: (look) => firstFile(look, names),
    owns: (path) => names.includes(baseName(path)),
    read(path, _look, notes) {
      problem(notes, {
        code: 'dependency-file-not-supported',
        message: `"${path}" is a kind of dependency file that is not installed from yet`,
        hint: `${instead}; or say which file to use: image: { requirements: requirements.txt }, or none`,
        location: { file: path },
      });
      return undefined;
    },
  };
}

export const setupPy = refusedKind({
  name: 'setup.py',
  lock: false,
  instead: 'it says what it needs only when it is run: write the packages into requirements.txt',
});
