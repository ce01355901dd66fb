/** What is used of the XML library; for the reason node-saml.d.ts tells. */
export interface Element {
  readonly parentNode: unknown;
  readonly textContent: string | null;
  getAttribute(name: string): string;
  getElementsByTagNameNS(
    namespace: string,
    name: string,
  ): { readonly length: number; item(index: number): Element | null };
}

export declare class DOMParser {
  constructor(options: { errorHandler(level: string, message: string): void });
  parseFromString(text: string, type: 'text/xml'): { readonly documentElement: Element | undefined };
}
