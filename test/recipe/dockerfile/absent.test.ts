import { describe, expect, it } from '@jest/globals';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { absentFiles } from '../../../src/recipe/dockerfile/context/absent.ts';
import type { FileSet } from '../../../src/recipe/recipe.ts';
import { type Files, factsOf, jobOf, treeOf } from '../support.ts';

const SPEC = 'run: x\noutputs: [out]\nimage: { dockerfile: docker/Dockerfile }\n';

interface Case {
  readonly spec?: string;
  readonly files?: Files;
  /** What Git leaves out. */
  readonly ignored?: readonly string[];
}

function findingsOf(dockerfile: string, { spec = SPEC, files = {}, ignored = [] }: Case = {}) {
  const all = { 'docker/Dockerfile': dockerfile, 'requirements.txt': 'six\n', 'src/a.py': '', ...files };
  const recipe = chooseRecipe(jobOf(spec), treeOf(all));
  const facts = factsOf([recipe], all);
  const entered = [...facts.files].map(([set, entries]) => {
    const kept = entries.filter(({ path }) => !ignored.some((start) => path.startsWith(start)));
    return [set, kept] as const;
  });
  return absentFiles(recipe, new Map<FileSet, (typeof entered)[number][1]>(entered), treeOf(all));
}

function saidOf(dockerfile: string, more?: Case): readonly string[] {
  return findingsOf(dockerfile, more).map(
    ({ level, message, hint, location }) => `${level} ${location?.line}: ${message}; ${hint}`,
  );
}

describe('a file that a Dockerfile reads and that is not in its context', () => {
  it.each<readonly [string, RegExp, Case?]>([
    [
      'COPY requirments.txt /',
      /^error 2: "requirments\.txt".*does not exist; did you mean "requirements\.txt"\?/,
    ],
    ['COPY scr /src', /does not exist; did you mean "src"\?/],
    ['COPY weights-500.bin /', /it does not exist; check the path/],
    ['ADD ["a b.txt", "/"]', /"a b\.txt", which ADD reads/],
    ['RUN --mount=type=bind,source=reqs.txt,target=/r.txt cat /r.txt', /"reqs\.txt", which RUN reads/],
    ['ARG F=gone.txt\nCOPY $F /', /^error 3: "gone\.txt"/],
    ['COPY dist/*.whl /', /"dist\/\*\.whl", which COPY reads, is not in the context: it does not exist/],
    [
      'COPY dist/*.whl /',
      /^error 2: "dist\/\*\.whl".*Git ignores it; write a \.dockerignore/,
      { files: { 'dist/x.whl': '' }, ignored: ['dist/'] },
    ],
    ['COPY src/*.whl /', /^warning 2: "src\/\*\.whl" of COPY fits no file/],
    ['COPY ../shared /x', /it is outside of the repository/],
    [
      'COPY ../shared /x',
      /outside of "docker".*context: \./,
      { spec: 'run: x\nimage: { dockerfile: docker/Dockerfile, context: docker }\n' },
    ],
    [
      'COPY lock.txt /',
      /write "docker\/lock\.txt".*or context: docker/,
      { files: { 'docker/lock.txt': '' } },
    ],
    [
      'COPY weights.bin /',
      /left out by \.dockerignore; add the line "!weights\.bin"/,
      { files: { 'weights.bin': '1', '.dockerignore': '*.bin\n' } },
    ],
    [
      'COPY weights.bin /',
      /left out by docker\/Dockerfile\.dockerignore/,
      { files: { 'weights.bin': '1', 'docker/Dockerfile.dockerignore': '*.bin\n' } },
    ],
    [
      'COPY data /data',
      /no file of it enters, as \.dockerignore says/,
      { files: { 'data/a.csv': '1', '.dockerignore': '**/*.csv\n' } },
    ],
    ['COPY out/model.bin /', /belongs to the run/, { files: { 'out/model.bin': '1' } }],
    [
      'COPY dist /dist',
      /Git ignores it; write a \.dockerignore/,
      { files: { 'dist/a.whl': '1' }, ignored: ['dist/'] },
    ],
    ['COPY .env /', /one of the files that never enter; .*"!\.env"/, { files: { '.env': 'A=1' } }],
    ['COPY wheels*.whl /', /^warning 2: "wheels\*\.whl" of COPY fits no file/],
  ])('in %j is told with its reason: %s', (...[line, said, more]) => {
    const all = saidOf(`FROM a:1\n${line}\n`, more);

    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(said);
  });

  it.each([
    'COPY requirements.txt src /app/',
    'COPY . /app',
    'COPY ./src/ /app',
    'COPY /requirements.txt /',
    'COPY requirements.txt constraints*.txt /',
    'COPY --from=b:1 /gone /x',
    'COPY --parents gone /x',
    'COPY --exclude=*.md gone /x',
    'COPY <<EOF /x\nCOPY gone /\nEOF',
    'ADD https://h/gone.txt /x',
    'ADD git@h:a/gone.git /x',
    'ADD ssh://git@h/a/gone.git /x',
    'COPY $UNKNOWN_OF_THE_BASE /x',
    'RUN --mount=type=cache,source=gone,target=/c true',
    'RUN --mount=type=bind,from=b:1,source=/gone,target=/c true',
    '# COPY gone /x',
  ])('is not seen in %j', (line) => {
    expect(saidOf(`FROM a:1\n${line}\n`)).toEqual([]);
  });

  it('does not matter to a stage that is not needed', () => {
    expect(saidOf('FROM a:1 AS unused\nCOPY gone /\nFROM a:1\nCOPY src /src\n')).toEqual([]);
  });
});
