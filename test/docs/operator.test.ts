import { describe, expect, it } from '@jest/globals';
import { filesOf, read } from './repository.ts';

const NAME = /JOBIMG_[A-Z_]*[A-Z]/g;

/** What the container of the builder is marked with. */
const MARKS = read('src/build/builder/own/container.ts');

/** Variables that a run gets, as the reference of the spec lists them. */
const OF_RUNS = new Set(/The process sees ([\s\S]*?)\n\n/.exec(read('docs/spec.md'))?.[1]?.match(NAME));

const READ = new Set(
  filesOf('src', '.ts').flatMap((path) =>
    [...read(path).matchAll(/['"](JOBIMG_[A-Z_]*[A-Z])['"]|\benv\.(JOBIMG_[A-Z_]*[A-Z])/g)].map(
      ([, quoted, named]) => quoted ?? named ?? '',
    ),
  ),
);

describe('the page for the operator of a machine', () => {
  it('has every variable that is read, and no other', () => {
    const told = [...read('docs/operator.md').matchAll(/^\| `(JOBIMG_[A-Z_]+)` \| .+ \|$/gm)].map(
      ([, name]) => name ?? '',
    );

    const known = [...READ].filter((name) => !OF_RUNS.has(name) && !MARKS.includes(`'${name}'`));

    expect(told.toSorted()).toEqual(known.toSorted());
  });
});
