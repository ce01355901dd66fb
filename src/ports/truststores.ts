/** Where the truststores of custom domains are read: objects of S3, or files that stand for them. */

export interface TruststoreObject {
  readonly bucket: string;
  readonly key: string;
  /** Of the object; undefined is the latest. */
  readonly version: string | undefined;
  /** Who asks. */
  readonly account: string;
  readonly region: string;
}

/** The object's bytes as text, or why it could not be read, for the log. */
export type TruststoreReading = { readonly pem: string } | { readonly failure: string };

export interface Truststores {
  read(object: TruststoreObject): Promise<TruststoreReading>;
}
