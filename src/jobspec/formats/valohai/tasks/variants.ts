import { drawn } from '../../../params/draw.ts';
import { at, type MapNode, type Node, type TextNode, textNode } from '../../../yaml/node.ts';
import { floatText } from '../../python/python-text.ts';
import type { TaskFields } from '../file/schema.ts';
import { atomOf } from '../parameters/python.ts';

type Variant = NonNullable<TaskFields['parameters']>[number];
type Rules = Variant['rules'];
type Style = NonNullable<Variant['style']>;

/** More cannot be meant: of so many only some are ever drawn. */
const MOST_VALUES = 65_536;

/** Why the values of a parameter cannot be listed. */
export interface NoValues {
  readonly why: string;
}

/** The values of a parameter of a task, as Python prints them; `node` is its mapping. */
export function variantsOf(variant: Variant, node: Node): readonly TextNode[] | NoValues {
  const { rules } = variant;
  const style = variant.style ?? (rules.value === undefined ? 'multiple' : 'single');
  const written = writtenValues(style, node);
  if (written !== undefined) return written;
  const numbers = NUMBERS[style]?.(rules, variant.name);
  if (numbers === undefined) return { why: `its values need ${NEEDS[style]}` };
  if ('why' in numbers) return numbers;
  const whole = rules.integerify === true ? numbers.map(Math.round) : numbers;
  const areWhole = rules.integerify === true || (style === 'linear' && whole.every(Number.isSafeInteger));
  return whole.map((value) => numberNode(value, areWhole, node));
}

const NEEDS: Readonly<Record<Style, string>> = {
  single: '"value"',
  multiple: '"items"',
  linear: '"start", "end" and "step"',
  logspace: '"start", "end" and "count"',
  random: '"min", "max" and "count"',
};

function writtenValues(style: Style, node: Node): readonly TextNode[] | undefined {
  const rules = at(node, ['rules']);
  if (rules === undefined) return undefined;
  const value = at(rules, ['value']);
  if (style === 'single') return value?.kind === 'text' ? [printed(value)] : undefined;
  const items = at(rules, ['items']);
  if (style !== 'multiple' || items?.kind !== 'list' || items.items.length === 0) return undefined;
  return items.items.flatMap((item) => (item.kind === 'text' ? [printed(item)] : []));
}

/** A value as the command is given it. */
export function printed(node: TextNode): TextNode {
  const { kind, text } = atomOf(node);
  const type = kind === 'int' || kind === 'float' || kind === 'bool' ? kind : 'string';
  return { ...node, text, type };
}

type Numbers = readonly number[] | NoValues | undefined;

const NUMBERS: Readonly<Partial<Record<Style, (rules: Rules, name: string) => Numbers>>> = {
  linear: ({ start, end, min = start, max = end, step = 1 }) => {
    if (min === undefined || max === undefined) return undefined;
    // The end is one of the values, as far as binary fractions tell.
    return spaced(Math.floor((max - min) / step + 1e-9) + 1, (index) => min + index * step);
  },
  logspace: ({ start, end, min = start, max = end, count, base = 10 }) => {
    if (min === undefined || max === undefined || count === undefined) return undefined;
    return spaced(count, (index) => base ** (min + (index * (max - min)) / Math.max(1, count - 1)));
  },
  random: ({ min, max, count, seed = 0, distribution = 'uniform' }, name) => {
    if (distribution !== 'uniform') return { why: `the distribution "${distribution}" is not known here` };
    if (min === undefined || max === undefined || count === undefined) return undefined;
    return spaced(count, (index) => min + drawn(String(seed), name, index) * (max - min));
  },
};

function spaced(count: number, value: (index: number) => number): Numbers {
  if (!Number.isInteger(count) || count < 1 || count > MOST_VALUES)
    return { why: 'there are none, or too many' };
  const values = Array.from({ length: count }, (_, index) => Number(value(index).toPrecision(15)));
  return values.every(Number.isFinite) ? values : { why: 'one of its values is not a number' };
}

function numberNode(value: number, isWhole: boolean, { location }: Node): TextNode {
  const text = isWhole ? String(value) : floatText(value);
  const type = isWhole ? 'int' : 'float';
  return { ...textNode(text, location), type };
}

/** One of the `parameter-sets`; a list becomes what a caller would write for it. */
export function setOf(node: MapNode): ReadonlyMap<string, TextNode> {
  return new Map(
    [...node.entries].flatMap(([name, { value }]) => {
      const text = value.kind === 'list' ? listNode(value.items, value) : value;
      return text.kind === 'text' ? [[name, value.kind === 'list' ? text : printed(text)] as const] : [];
    }),
  );
}

function listNode(items: readonly Node[], { location }: Node): TextNode {
  const texts = items.flatMap((item) => (item.kind === 'text' ? [JSON.stringify(atomOf(item).text)] : []));
  return textNode(`[${texts.join(', ')}]`, location);
}
