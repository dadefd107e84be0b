/** A text to us: see scripts/text-module.mjs. */
export declare const text: string;
