/** How money comes in or leaves here. */
export const methods = ["transfer", "cash", "cheque"] as const;
export type Method = (typeof methods)[number];
