/** How nodes tell each other whom they have counted how often, for rate-based rules of web ACLs. */

export interface CountReport {
  /** Unique over all web ACLs. */
  readonly rule: string;
  readonly key: string;
  readonly windowMs: number;
  /** Counted since the last report. */
  readonly more: number;
}

export interface RateExchange {
  /** 1 while nodes hear of each other; else the number of nodes, each of which takes its count for that of all. */
  readonly nodesApart: number;
  /** Resolves to what all nodes have counted in the window that ends now, in the order of the reports; right to a tenth of the window. */
  tell(reports: readonly CountReport[]): Promise<readonly number[]>;
}
