import * as z from 'zod';
import type { Brand } from '../data/gpus.ts';
import { UserError } from '../errors.ts';
import { Findings } from '../findings.ts';
import { errorsByPlace } from '../jobspec/findings/findings.ts';
import { findingsOf } from '../jobspec/findings/problems.ts';
import { scalar } from '../jobspec/rows/scalar.ts';
import { readMapping } from '../jobspec/yaml/mapping.ts';
import { plain } from '../jobspec/yaml/node.ts';
import { type Tables, withRows } from './tables.ts';

const BRANDS: readonly Brand[] = [
  'tesla',
  'nvidia',
  'quadro',
  'quadrortx',
  'nvidiartx',
  'geforce',
  'titan',
  'jetson',
];

const matching = (pattern: RegExp, what: string, example: string) =>
  scalar((text) => {
    if (pattern.test(text)) return text;
    throw new UserError(`"${text}" is not ${what}`, { hint: `write it as in ${example}` });
  });
const number = (example: string) =>
  matching(/^\d{1,5}(?:\.\d{1,2})?$/, 'a number', example).transform(Number);

const version = matching(/^\d{1,4}\.\d{1,4}$/, 'a version with two numbers', '"13.5"');
const driver = matching(/^\d{3,4}(?:\.\d{1,4}){0,2}$/, 'the version of a driver', '"620.10.01"');
const capability = matching(/^\d{1,3}\.\d[af]?$/, 'a compute capability', '"12.0"');
const month = matching(/^20\d\d-(?:0[1-9]|1[0-2])$/, 'a month', '2028-08');
const SOURCED = {
  source: matching(/^\S.{0,999}$/s, 'a source', 'https://docs.nvidia.com/… or "measured on node gpu-7"'),
  'as-of': matching(/^20\d\d-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?$/, 'a day or a month', '2026-12-01'),
};

const dated = <T extends { 'as-of': string }>({ 'as-of': asOf, ...row }: T) => ({ ...row, asOf });
const table = <S extends z.ZodType>(row: S) => z.array(row).max(1_000).optional();

const GpuRow = z
  .strictObject({
    ...SOURCED,
    name: matching(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/, 'the name of a GPU', 'RTX 6090'),
    'compute-capability': capability,
    memory: z.array(number('80')).max(20).optional(),
    brand: scalar(brandOf),
  })
  .transform(({ 'compute-capability': computeCapability, memory = [], ...row }) =>
    dated({ ...row, computeCapability, memory }),
  );

const ArchitecturesRow = z
  .strictObject({
    ...SOURCED,
    cuda: version,
    from: version.optional(),
    to: version.optional(),
    cubins: z.array(capability).max(50),
    ptx: z.array(capability).max(50).optional(),
  })
  .transform(({ ptx = [], from, to, ...row }) => ({
    ...dated({ ...row, ptx }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }));

const OwnRows = z.strictObject({
  gpus: table(GpuRow),
  'cuda-drivers': table(z.strictObject({ ...SOURCED, cuda: version, driver }).transform(dated)),
  'oldest-drivers': table(z.strictObject({ ...SOURCED, major: number('14'), driver }).transform(dated)),
  'cuda-compat': table(
    z
      .strictObject({ ...SOURCED, cuda: version, branches: z.array(number('580')).min(1).max(50) })
      .transform(dated),
  ),
  'driver-branches': table(
    z.strictObject({ ...SOURCED, branch: number('580'), end: month }).transform(dated),
  ),
  torch: table(z.strictObject({ ...SOURCED, torch: version, cuda: version }).transform(dated)),
  'torch-architectures': table(ArchitecturesRow),
});

function brandOf(text: string): Brand {
  const brand = BRANDS.find((one) => one === text);
  if (brand !== undefined) return brand;
  throw new UserError(`"${text}" is no brand`, { hint: `write one of ${BRANDS.join(', ')}` });
}

/** An organisation's own rows above ours; what is wrong with them is told with its line. */
export function readOwnRows(text: string, path: string): Tables {
  const root = readMapping({ path, text });
  const read = OwnRows.safeParse(plain(root));
  const findings = new Findings();
  findings.add(findingsOf(read.error?.issues ?? [], root, keysAt));
  findings.throwIfErrors(errorsByPlace);
  const own = read.data ?? {};
  return withRows({
    gpus: own.gpus,
    toolkitDrivers: own['cuda-drivers'],
    driverFloors: own['oldest-drivers'],
    compatDrivers: own['cuda-compat'],
    driverBranches: own['driver-branches'],
    pypiTorch: own.torch,
    torchArchitectures: own['torch-architectures'],
  });
}

const TABLES = Object.keys(OwnRows.shape);

/** Names of rows are told by what is wrong with them. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  return path.length === 0 ? TABLES : [];
}
