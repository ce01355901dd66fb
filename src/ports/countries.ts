/** Where in the world addresses are, as far as a file that the settings name knows. */
export interface Countries {
  /** Two letters (ISO 3166-1), upper case; undefined for an address the file does not have. */
  of(address: string): string | undefined;
}
