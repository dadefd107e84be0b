import { describe, expect, it } from '@jest/globals';
import { STRICT } from '../../src/inputs/reading.ts';
import type { Tree } from '../../src/jobspec/file/tree.ts';
import { findSpec } from '../../src/jobspec/find.ts';
import { READERS } from '../../src/jobspec/formats/readers.ts';
import { FORMATS } from '../../src/jobspec/formats/table.ts';
import { parseSpec } from '../../src/jobspec/parse.ts';
import { findingsOf } from './read.ts';

function treeOf(...paths: readonly string[]): Tree {
  return {
    has: (path) => paths.includes(path),
    text: (path) => (paths.includes(path) ? `run: ${path}` : undefined),
    list: (folder) =>
      paths
        .filter((path) => (folder === '' ? !path.includes('/') : path.startsWith(`${folder}/`)))
        .map((path) => path.slice(folder === '' ? 0 : folder.length + 1)),
  };
}

describe('the spec', () => {
  it.each([
    [['jobimg.yml'], 'jobimg.yml'],
    [['jobimg.yaml', 'README.md'], 'jobimg.yaml'],
    [['.jobimg.yml'], '.jobimg.yml'],
    [['.github/jobimg.yml'], '.github/jobimg.yml'],
    [['jobimg.yml', '.github/jobimg.yml'], 'jobimg.yml'],
  ])('of %j is %s', (paths, path) => {
    expect(findSpec(treeOf(...paths), [])).toEqual({ path, text: `run: ${path}`, format: 'jobimg' });
  });

  it('is the one that was asked for', () => {
    expect(findSpec(treeOf('jobimg.yml', 'jobimg.yaml', 'ci/train.yml'), ['./ci/train.yml']).path).toBe(
      'ci/train.yml',
    );
  });

  it.each([
    [['jobimg.yml', 'jobimg.yaml'], undefined, 'two specs: "jobimg.yml" and "jobimg.yaml"'],
    [['jobimg.yml', '.jobimg.yml'], undefined, 'two specs: "jobimg.yml" and ".jobimg.yml"'],
    [['jobimg.yml', 'polyaxonfile.yml'], undefined, 'two specs: "jobimg.yml" and "polyaxonfile.yml"'],
    [[], undefined, 'no job spec was found in the repository'],
    [['jobimg.yml', 'valohai.yaml'], undefined, 'two specs: "jobimg.yml" and "valohai.yaml"'],
    [['a/train.yml'], 'a/trian.yml', 'the spec "a/trian.yml" does not exist'],
    [['jobimg.yml'], '../jobimg.yml', 'the path "../jobimg.yml" leaves the repository'],
    [['jobimg.yml'], '/jobimg.yml', 'the path "/jobimg.yml" is absolute'],
  ])('of %j asked for as %s: %s', (paths, path, message) => {
    const findings = findingsOf(() => findSpec(treeOf(...paths), path === undefined ? [] : [path]));

    expect(findings.map((finding) => finding.message)).toEqual([message]);
    expect(findings[0]?.hint).toBeDefined();
  });

  it('of another tool is known by its name in any folder', () => {
    expect(findSpec(treeOf('ml/valohai.yaml'), ['ml/valohai.yaml']).format).toBe('valohai');
  });

  it('of Polyaxon is known by its name in any folder, and by what is in it', () => {
    const text = 'version: 1\nkind: experiment\n';
    const tree = { ...treeOf('ml/polyaxon.yml', 'ml/train.yml'), text: () => text };

    expect(findSpec(tree, ['ml/polyaxon.yml']).format).toBe('polyaxon');
    expect(findSpec(tree, ['ml/train.yml']).format).toBe('polyaxon');
  });

  it('that is not there comes with one to paste', () => {
    const [finding] = findingsOf(() => findSpec(treeOf(), []));
    const [, line = ''] = /this line: (.*)$/.exec(finding?.hint ?? '') ?? [];

    expect(parseSpec({ path: 'jobimg.yml', text: line, format: 'jobimg' }).findings).toEqual([]);
  });

  it('is suggested when its name is mistyped', () => {
    expect(findingsOf(() => findSpec(treeOf('a/train.yml'), ['a/trian.yml']))[0]?.hint).toBe(
      'did you mean "a/train.yml"?',
    );
  });
});

describe.each(FORMATS.map((format) => [format.name, format] as const))('the format %s', (name, format) => {
  it('has file names of its own', () => {
    const others = FORMATS.filter((other) => other !== format).flatMap(({ fileNames }) => fileNames);

    expect(format.fileNames.filter((file) => others.includes(file))).toEqual([]);
  });

  it('is found by each of them', () => {
    for (const file of format.fileNames) expect(findSpec(treeOf(file), []).format).toBe(name);
  });

  it('loads the reader that is also there at once', async () => {
    expect(await format.load()).toBe(READERS[name]);
  });

  it('throws only findings with a place in the file', async () => {
    const read = await format.load();
    const findings = findingsOf(() => read({ path: 'x', text: '[', format: name }, STRICT));

    expect(findings.length).toBeGreaterThan(0);
    expect(findings.every(({ location }) => location?.file === 'x' && (location.line ?? 0) > 0)).toBe(true);
  });
});
