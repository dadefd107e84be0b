import { describe, expect, it } from '@jest/globals';
import { chooseRecipes } from '../../../src/recipe/choose/choose.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

const INDEX = `--index-url https://\${PIP_USER}:\${PIP_TOKEN}@example.org/simple\na==1\n`;

function told(image: string, files: Files) {
  const job = jobOf(`run: python train.py\nimage: ${image}\n`);
  const [recipe] = chooseRecipes(job, treeOf({ 'train.py': '', ...files }), () => ({ env: [] }));
  return recipe?.findings.filter(({ code }) => code === 'variable-not-set') ?? [];
}

describe('a variable in a requirements file', () => {
  it('is told where nothing gives it to the installer', () => {
    expect(told('{ secrets: [PIP_TOKEN] }', { 'requirements.txt': INDEX })).toMatchObject([
      {
        message: `"\${PIP_USER}" is not a variable of the build`,
        hint: expect.stringContaining('secrets: [PIP_USER]'),
        location: { file: 'requirements.txt', line: 1 },
      },
    ]);
  });

  it('may be set by the image, or by a secret of another name', () => {
    const image = '{ env: { PIP_USER: me }, secrets: { TOKEN: { env: PIP_TOKEN } } }';

    expect(told(image, { 'requirements.txt': INDEX })).toEqual([]);
  });

  it('is told of a file that is included, and of the pip list of conda', () => {
    const environment = `dependencies: [python=3.12, pip, { pip: [a==1, "b @ https://\${TOKEN}@example.org/b.whl"] }]\n`;

    expect(told('{}', { 'requirements.txt': '-r b.txt\n', 'b.txt': INDEX })).toMatchObject([
      { location: { file: 'b.txt', line: 1 } },
      { location: { file: 'b.txt', line: 1 } },
    ]);
    expect(told('{}', { 'environment.yml': environment })).toMatchObject([
      { location: { file: 'environment.yml', line: 1 } },
    ]);
  });
});
