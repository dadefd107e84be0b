import { askedOnce } from '../asked-once.ts';

type Methods<T> = {
  readonly [K in keyof T]: T[K] extends (...words: never[]) => Promise<unknown> ? true : never;
};

/**
 * A tool that is made when it is first asked for something, so that a call that needs no builder loads none.
 * `methods` names them all; the compiler says when one is missing.
 */
export function deferred<T extends object>(make: () => Promise<T>, methods: Methods<T>): T {
  const made = askedOnce(make);
  const call = async (name: keyof T, words: readonly unknown[]): Promise<unknown> => {
    const tool = await made();
    const method = tool[name];
    if (typeof method !== 'function') throw new Error(`${String(name)} is not a method`);
    return method.apply(tool, words);
  };
  const names = Object.keys(methods) as (keyof T)[];
  const entries = names.map((name) => [name, (...words: unknown[]) => call(name, words)] as const);
  return Object.fromEntries(entries) as T;
}
