import { Document, isCollection, isMap, isScalar, isSeq, type ScalarTag, visit } from 'yaml';
import { type Field, type Fields, isFields, Written } from './fields.ts';

/** As a reader expects them. */
const ORDER = [
  ...['name', 'run', 'command', 'shell', 'params', 'strategy'],
  ...[
    'base',
    'dockerfile',
    'target',
    'context',
    'args',
    'python',
    'requirements',
    'packages',
    'conda',
    'apt',
    'build',
  ],
  ...[
    'env',
    'secrets',
    'image',
    'code',
    'gpu',
    'cpu',
    'memory',
    'disk',
    'shm',
    'timeout',
    'retry',
    'inputs',
    'mounts',
    'outputs',
  ],
  ...['runs-on', 'backend', 'jobs'],
];

const SHORT = 70;

const WRITTEN: ScalarTag = {
  identify: (value) => value instanceof Written,
  default: true,
  tag: 'tag:yaml.org,2002:float',
  resolve: (text) => text,
  stringify: ({ value }) => (value instanceof Written ? value.text : String(value)),
};

/** The fields as YAML, in the order of the documents. */
export function printFields(fields: Fields): string {
  const document = new Document(plainOf(fields), {
    customTags: (tags) => [WRITTEN, ...tags],
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && CONTROL.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
    Seq(_, node) {
      const texts = node.items.map((item) => (isScalar(item) ? scalarText(item.value) : undefined));
      const isShort = texts.every((text) => text !== undefined && !text.includes('\n'));
      if (isShort && texts.join(', ').length < SHORT) node.flow = true;
    },
  });
  if (isMap(document.contents)) for (const { value } of document.contents.items) block(value);
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false, indentSeq: true });
  return text.replace(
    new RegExp(CONTROL, 'g'),
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Characters that a terminal acts on: texts with them are in double quotes, where they have a number. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff]/;

/** An empty mapping has no other form than braces. */
function block(node: unknown): void {
  if (isCollection(node) && !isSeq(node)) node.flow = node.items.length === 0;
}

function scalarText(value: unknown): string {
  return value instanceof Written ? value.text : String(value);
}

function plainOf(field: Field | undefined, isOrdered = true): unknown {
  if (Array.isArray(field)) return field.map((item) => plainOf(item));
  if (!isFields(field)) return field;
  const entries = Object.entries(field).filter(([, value]) => value !== undefined);
  if (isOrdered) entries.sort(([one], [other]) => placeOf(one) - placeOf(other));
  return new Map(entries.map(([key, value]) => [key, plainOf(value, !NAMES.has(key))]));
}

/** Below these stand names of the user's, in the user's order. */
const NAMES = new Set(['params', 'env', 'matrix', 'jobs', 'args', 'labels']);

function placeOf(key: string): number {
  const place = ORDER.indexOf(key);
  return place < 0 ? ORDER.length : place;
}
