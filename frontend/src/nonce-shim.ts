import { cspNonce } from "./nonce";

// A few libraries (scroll-bar measuring among them) make <style> elements without the nonce, which the content security policy
// then drops. Scripts are already restricted to 'self', so giving every script-made <style> the page's nonce adds no power to an
// attacker who could not run script anyway. This module must be imported before any library.
const nonce = cspNonce;
if (nonce) {
  const create = document.createElement.bind(document);
  document.createElement = ((tag: string, options?: ElementCreationOptions) => {
    const element = create(tag, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
