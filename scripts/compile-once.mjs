/**
 * V8 passes over a function without compiling it until it is called, and so reads the modules of a chunk twice, which are
 * functions. A function expression in parentheses is compiled at once (https://v8.dev/blog/preparser#pife), an arrow
 * function is not. The minifier takes parentheses away, but not a call of what it does not know.
 */
const MARK = 'compileOnce';
/** How webpack writes a module of a chunk, before it is minified. */
const MODULE = /^\/\*\*\*\/ \((?:\((.*)\) =>|function\((.*)\)) \{$/gm;

/** `minified` gives the text of a chunk of webpack without what only people need. */
export function compileOnce(text, minified) {
  return minified(text.replace(MODULE, `/***/ ${MARK}(function($1$2) {`)).replaceAll(`${MARK}(`, '(');
}
