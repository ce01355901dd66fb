/** What a pre token generation function may change in the tokens about to be issued. */
export interface ClaimChanges {
  readonly add: Readonly<Record<string, unknown>>;
  readonly suppress: readonly string[];
}

export interface TokenChanges {
  readonly id?: ClaimChanges;
  readonly access?: ClaimChanges;
  readonly scopesToAdd?: readonly string[];
  readonly scopesToSuppress?: readonly string[];
  readonly groups?: readonly string[];
  readonly roles?: readonly string[];
  readonly preferredRole?: string;
}
