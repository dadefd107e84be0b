/** A repository as a user has one: 2,000 files of 9 MB, a spec for us and a Dockerfile that says the same by hand. */
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './ground.mjs';

const FILES = 2_000;
const FILE_BYTES = 4_500;
/** Milliseconds after which the hashes of files are remembered, and some. */
export const SETTLED = 61_000;

const PACKAGES = ['six==1.17.0', 'colorama==0.4.6'];

/** What pip needs to reach its index from here, as a secret, in both files alike. */
const MOUNTS = '--mount=type=secret,id=jobimg.ca --mount=type=secret,id=jobimg.pip';
const SETTINGS =
  'if [ -s /run/secrets/jobimg.ca ]; then export PIP_CERT=/run/secrets/jobimg.ca; fi; export PIP_CONFIG_FILE=/run/secrets/jobimg.pip';

/** @param {import('./ground.mjs').Ground} ground @param {string} name @param {string} base @param {readonly string[]} [packages] */
export function makeRepository(ground, name, base, packages = PACKAGES) {
  const folder = join(ground.work, name);
  for (let index = 0; index < FILES; index += 1) {
    const inside = join(folder, 'src', `part${Math.floor(index / 50)}`);
    if (index % 50 === 0) mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, `file${index}.bin`), randomBytes(FILE_BYTES));
  }
  writeFileSync(join(folder, 'requirements.txt'), `${packages.join('\n')}\n`);
  writeFileSync(join(folder, 'jobimg.yml'), specText(base, ground.mark));
  writeFileSync(join(folder, 'Dockerfile'), dockerfileText(base, ground.mark));
  writeFileSync(join(folder, '.dockerignore'), '.git\n');
  run('git', ['init', '-q', '.'], { cwd: folder });
  return folder;
}

function specText(base, mark) {
  return `run: python3 -c "import six"\nimage: { base: "${base}", requirements: requirements.txt, env: { MARK: "${mark}" } }\n`;
}

function dockerfileText(base, mark) {
  return `${environmentText(base, mark)}COPY . .
`;
}

function environmentText(base, mark) {
  return `FROM ${base}
ENV MARK=${mark}
WORKDIR /workspace
COPY requirements.txt .
RUN ${MOUNTS} ${SETTINGS}; pip install --no-cache-dir --break-system-packages -r requirements.txt
`;
}

/** The same, where our spec names a Dockerfile of its own for the environment, onto which the code is put. */
export function makeOwnDockerfile(ground, name, packages) {
  const folder = makeRepository(ground, name, ground.base.reference, packages);
  const file = 'environment.Dockerfile';
  writeFileSync(join(folder, file), environmentText(ground.base.reference, ground.mark));
  writeFileSync(join(folder, 'jobimg.yml'), `run: python3 -c "import six"\nimage: { dockerfile: ${file} }\n`);
  return folder;
}

/** One file of code, and packages of data science; a spec for us, and the Dockerfile that people write. */
export function makeDataScience({ work, base, mark }, name) {
  const folder = join(work, name);
  mkdirSync(folder);
  const reference = `${base.reference}@${base.digest}`;
  writeFileSync(join(folder, 'requirements.txt'), 'scikit-learn\npandas\nmatplotlib\nlightgbm\n');
  writeFileSync(join(folder, 'train.py'), 'print("trained")\n');
  writeFileSync(join(folder, 'jobimg.yml'), specText(reference, mark));
  writeFileSync(join(folder, 'Dockerfile'), dockerfileText(reference, mark));
  return folder;
}

/** Text that compresses about as well as source code. */
export function textOf(seed, size) {
  const lines = [];
  for (let length = 0, line = 0; length < size; line += 1) {
    const word = createHash('md5').update(`${seed} ${line}`).digest('hex');
    lines.push(`    self.layer_${word.slice(0, 6)} = nn.Linear(${word.charCodeAt(7)}, hidden, bias=False)\n`);
    length += lines.at(-1).length;
  }
  return lines.join('').slice(0, size);
}

/** As much noise as text, in one file each. */
export function writeLarge(folder, megabytes) {
  writeMegabytes(join(folder, 'noise.bin'), megabytes, () => randomBytes(1_000_000));
  writeMegabytes(join(folder, 'text.py'), megabytes, (index) => textOf(index, 1_000_000));
}

function writeMegabytes(path, count, megabyte) {
  const file = openSync(path, 'w');
  for (let index = 0; index < count; index += 1) writeSync(file, megabyte(index));
  closeSync(file);
}

let changes = 0;

/** One line more in one file. */
export function changeOneFile(folder) {
  changes += 1;
  appendFileSync(join(folder, 'src', 'part7', 'file371.bin'), `change ${changes}\n`);
}
