/** Where lines about requests go: access logs as stages ask for them, and one line of every request for collectors. */

/** Takes finished lines. Called on a request's way out: must neither throw nor wait. */
export interface LineSink {
  write(atMs: number, line: string): void;
}

export interface AccessLogDestination {
  /** `accessLogSettings.destinationArn`: a log group, or a Firehose delivery stream. */
  readonly arn: string;
  /** Owner of the API, 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Lines of a canary go to `{group}/Canary` as well (row CAN-07). */
  readonly isCanary: boolean;
}

export interface RequestLogs {
  /** Asked when a stage is compiled. A sentence where lines cannot go there. */
  accessLog(destination: AccessLogDestination): LineSink | string;
  /** One JSON object of every request to every stage; undefined where nobody asked for it. */
  readonly everyRequest: LineSink | undefined;
}

/** CloudWatch Logs as access logs of HTTP APIs ask for it when they are switched on. */
export interface LogDelivery {
  /** Whether the log group of an ARN is there; of what is no log group's ARN nothing is known, and it passes. */
  isThere(arn: string): Promise<boolean>;
  /** Writes what AWS writes to see that it may deliver there (recorded); once for each group. */
  begin(arn: string): Promise<void>;
}
