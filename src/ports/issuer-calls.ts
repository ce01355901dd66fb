/** HTTP calls to identity providers elsewhere: the documents they publish, and the endpoints that exchange codes. */

export interface IssuerCalls {
  /** Where an address leads from here: itself, unless an alias says otherwise. */
  reachedAt(address: string): string;
  /** A JSON object. Rejects with a sentence in `message` (or a Problem's `why`) when there is none. */
  getJson(address: string, headers?: readonly string[]): Promise<Record<string, unknown>>;
  /** A document as text; rejects as `getJson` does. */
  getText(address: string): Promise<string>;
  /** What a form that was sent is answered with, a JSON object; refusals (RFC 6749, section 5.2) reject with their `error`. */
  postForm(address: string, form: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
}
