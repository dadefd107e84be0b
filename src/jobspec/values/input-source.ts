import { UserError } from '../../errors.ts';
import type { InputSource } from '../job/data.ts';
import { parseOneLine } from './names.ts';
import { parseFilePath } from './paths.ts';

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):(?=\/\/)/;

/** Other addresses, and what leads to the same file. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  s3: 'a public object has the address https://<bucket>.s3.amazonaws.com/<key>; for any other give a presigned https address, or fetch it in "run" with a secret: aws s3 cp',
  gs: 'a public object has the address https://storage.googleapis.com/<bucket>/<object>; for any other give a signed https address, or fetch it in "run" with a secret: gcloud storage cp',
  azure:
    'write https://<account>.blob.core.windows.net/<container>/<blob>, with a shared access signature where it is needed, given at the run: --input <name>=<address>',
  hf: 'write https://huggingface.co/datasets/<owner>/<name>/resolve/<revision>/<file>, or fetch it in "run": hf download',
  datum: 'only Valohai knows its datums: download the file there, and give its https address',
  dataset: 'only Valohai knows its datasets: download the files there, and give their https addresses',
  file: 'write the path of a file of the repository, or a folder of the machine below "mounts"',
};
const SAME_AS: Readonly<Record<string, string>> = {
  az: 'azure',
  abfs: 'azure',
  abfss: 'azure',
  wasbs: 'azure',
};
const OTHERWISE = 'write an https address or a path of the repository, or fetch it in "run"';

/** Throws for what nothing here can fetch, with what to write in its place. */
export function parseInputSource(text: string): InputSource {
  parseOneLine(text);
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { path: parseFilePath(text) };
  if (scheme === 'https' || scheme === 'http') return { url: parseAddress(text) };
  const hint = ELSEWHERE[SAME_AS[scheme] ?? scheme];
  throw new UserError(`"${scheme}://" is not fetched`, { hint: hint ?? OTHERWISE });
}

function parseAddress(text: string): string {
  if (!URL.canParse(text)) throw new UserError(`"${text}" is not an address`, { hint: OTHERWISE });
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new UserError('an address with a password in it', {
      hint: 'remove it: inputs are fetched without credentials; fetch the file in "run" with a secret',
    });
  }
  url.hash = '';
  return url.href;
}

/** The name of the file that an input becomes: the last part of its address or path. */
export function fileNameOf(source: InputSource, otherwise: string): string {
  const path = 'url' in source ? new URL(source.url).pathname : source.path;
  const last = decoded(path.split('/').filter(Boolean).at(-1) ?? '').replaceAll('/', '_');
  return last === '' || last === '.' || last === '..' || !isOneLine(last) ? otherwise : last;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isOneLine(text: string): boolean {
  try {
    return parseOneLine(text) === text;
  } catch {
    return false;
  }
}
