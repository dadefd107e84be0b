import type * as z from 'zod';
import type { Path } from '../yaml/node.ts';

type Schema = z.core.$ZodType;

/** The keys that a schema knows at a path, whichever of its forms has them. */
export function keysAt(schema: Schema, path: Path): readonly string[] {
  const [key, ...rest] = path;
  const forms = formsOf(schema);
  if (key === undefined) return forms.flatMap((form) => Object.keys(shapeOf(form)));
  return forms.flatMap((form) => memberOf(form, String(key))).flatMap((member) => keysAt(member, rest));
}

type Def = z.core.$ZodTypes['_zod']['def'];

function defOf(schema: Schema): Def {
  return (schema as z.core.$ZodTypes)._zod.def;
}

/** Lists, mappings and objects behind what makes them optional or a choice. */
function formsOf(schema: Schema): readonly Schema[] {
  const def = defOf(schema);
  switch (def.type) {
    case 'optional':
    case 'nonoptional':
    case 'nullable':
    case 'prefault':
      return formsOf(def.innerType);
    case 'pipe':
      return formsOf(def.in);
    case 'union':
      return def.options.flatMap(formsOf);
    default:
      return [schema];
  }
}

function shapeOf(schema: Schema): Readonly<Record<string, Schema>> {
  const def = defOf(schema);
  return def.type === 'object' ? def.shape : {};
}

function memberOf(schema: Schema, key: string): readonly Schema[] {
  const def = defOf(schema);
  if (def.type === 'array') return [def.element];
  if (def.type === 'record') return [def.valueType];
  const shape = shapeOf(schema);
  const member = Object.hasOwn(shape, key) ? shape[key] : undefined;
  return member === undefined ? [] : [member];
}
