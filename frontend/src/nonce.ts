/** The nonce that the server wrote into this page; styles made by script carry it. The dev server leaves the placeholder. */
export const cspNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content || undefined;
