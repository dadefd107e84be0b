import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { startServer } from './server.ts';

export interface WheelIndex {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Pages of links on loopback, as pip reads them: wheels of one package, by the folder and the version. */
export async function startWheelIndex(
  name: string,
  wheels: Readonly<Record<string, string>>,
): Promise<WheelIndex> {
  const root = await mkdtemp(join(tmpdir(), 'jobimg-wheels-'));
  for (const [folder, version] of Object.entries(wheels)) {
    const place = join(root, folder, name);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, `${name}-${version}-py3-none-any.whl`), wheelOf(name, version));
  }
  const server = await startServer((port) => ({
    file: 'python3',
    args: ['-m', 'http.server', String(port), '--bind', '127.0.0.1', '--directory', root],
  }));
  return {
    host: `127.0.0.1:${server.port}`,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(root, { recursive: true });
    },
  };
}

/** https://packaging.python.org/en/latest/specifications/binary-distribution-format/ */
function wheelOf(name: string, version: string): Uint8Array {
  const info = `${name}-${version}.dist-info`;
  const files = {
    [`${name}/__init__.py`]: `__version__ = ${JSON.stringify(version)}\n`,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  const record = [...Object.keys(files), `${info}/RECORD`].map((file) => `${file},,\n`).join('');
  const all = { ...files, [`${info}/RECORD`]: record };
  return zipSync(Object.fromEntries(Object.entries(all).map(([file, text]) => [file, strToU8(text)])));
}
