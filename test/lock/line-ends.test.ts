import { describe, expect, it } from '@jest/globals';
import { needsOf } from '../../src/lock/needs.ts';
import { chooseRecipe } from '../../src/recipe/choose/choose.ts';
import { jobOf, treeOf } from '../recipe/support.ts';

const LINES = ['# versions', 'attrs==25.1.0', 'pluggy>=1.5', ''];

function inputsOf(requirements: string): readonly string[] {
  const tree = treeOf({ 'requirements.txt': requirements });
  const job = jobOf('run: python -V\nimage: { base: "python:3.13" }\n');
  return needsOf(chooseRecipe(job, tree), tree).map(({ inputs }) => inputs);
}

describe('a lock', () => {
  it('fits the same lines with the line ends of another system', () => {
    const [unix, windows, changed] = ['\n', '\r\n', '0\n'].map((end) => inputsOf(LINES.join(end)));

    expect(unix).not.toEqual([]);
    expect(windows).toEqual(unix);
    expect(changed).not.toEqual(unix);
  });
});
