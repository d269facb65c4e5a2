/** One text in both languages, side by side, so that neither can be added or changed without the other being in view. */
export type Pair = readonly [zh: string, en: string];
export type Tree = { readonly [key: string]: Pair | Tree };

/** Every path to a text, as `domain.group.key`. */
export type Leaves<T> = {
  [K in keyof T & string]: T[K] extends Pair ? K : `${K}.${Leaves<T[K]>}`;
}[keyof T & string];

type Resource = { [key: string]: string | Resource };

export const isPair = (v: Pair | Tree): v is Pair => Array.isArray(v);

/** The tree of one language, in the form that i18next takes. */
export function side(tree: Tree, index: 0 | 1): Resource {
  const out: Resource = {};
  for (const [key, value] of Object.entries(tree)) out[key] = isPair(value) ? value[index] : side(value, index);
  return out;
}
