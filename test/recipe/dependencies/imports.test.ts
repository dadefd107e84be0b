import { describe, expect, it } from '@jest/globals';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { importedPackages } from '../../../src/recipe/dependencies/imports.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

function namesIn(program: string, files: Files = {}): readonly string[] {
  const tree = treeOf({ 'src/a.py': program, ...files });
  return importedPackages('src/a.py', tree).map((one) => `${one.line} ${one.module}: ${one.package}`);
}

describe('packages that a program imports', () => {
  it.each([
    ['import os, torch.nn as nn, numpy as np # PIL', ['1 torch: torch', '1 numpy: numpy']],
    ['import json\nfrom PIL import Image\nimport cv2', ['2 PIL: pillow', '3 cv2: opencv-python-headless']],
    ['from sklearn.svm import SVC\nimport sklearn', ['1 sklearn: scikit-learn']],
    ['"""Train.\n\nimport pandas\n"""\nimport yaml', ['5 yaml: pyyaml']],
    ['try:\n    import torch\nexcept ImportError:\n    pass\ndef f():\n    import jax', []],
    ['from .torch import x\nfrom . import numpy\n# import tqdm\nimport_torch = 1\nimport torchlike', []],
  ])('%j: %j', (program, names) => {
    expect(namesIn(program)).toEqual(names);
  });

  it('are none of the repository', () => {
    const files = { 'src/yaml.py': '', 'src/tqdm/__init__.py': '', 'datasets/load.py': '' };

    expect(namesIn('import yaml, tqdm, datasets, torch', files)).toEqual(['1 torch: torch']);
  });
});

describe('a program whose packages nothing installs', () => {
  const PROGRAM = 'import os\nimport torch, numpy\n';

  function findingsOf(spec: string, files: Files = {}): readonly string[] {
    const { findings } = chooseRecipe(jobOf(spec), treeOf({ 'train.py': PROGRAM, ...files }));
    return findings
      .filter(({ code }) => code === 'missing-package')
      .map(({ level, message, hint, location }) => `${level} ${location?.line} ${message} -> ${hint}`);
  }

  it.each(['run: python train.py', 'run: python train.py\nimage: { requirements: none }'])(
    'is told before anything is built: %j',
    (spec) => {
      expect(findingsOf(spec)).toEqual([
        'warning 2 train.py imports torch, numpy, and the image has Python alone -> write image: { packages: [torch, numpy] }, or a requirements.txt',
      ]);
    },
  );

  it.each([
    ['a file of dependencies', 'run: python train.py', { 'requirements.txt': 'torch\n' }],
    ['packages', 'run: python train.py\nimage: { packages: [torch] }', {}],
    ['Debian', 'run: python train.py\nimage: { apt: [python3-torch] }', {}],
    ['a base', 'run: python train.py\nimage: { base: "acme/torch:1" }', {}],
    ['the base of a GPU', 'run: python train.py\ngpu: 1', {}],
    ['a step', 'run: python train.py\nimage: { setup: [pip install torch] }', {}],
    ['the command', 'run: pip install torch && python train.py', {}],
    ['a path of modules', 'run: python train.py\nenv: { PYTHONPATH: /data/modules }', {}],
    ['an image', 'run: python train.py\nimage: acme/torch:1', {}],
  ])('is nothing to tell where they may come from %s', (_, spec, files) => {
    expect(findingsOf(spec, files)).toEqual([]);
  });
});
