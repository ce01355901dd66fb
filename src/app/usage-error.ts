/** The command line does not fit the command; `gatewright` prints the usage and exits with 2. */
export class UsageError extends Error {}
