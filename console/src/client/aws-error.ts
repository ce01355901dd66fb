/** A refusal in AWS's own words. */
export class AwsError extends Error {
  /** `BadRequestException` */
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** The error that an answer of a rest-json or json service tells. */
export function awsErrorOf(status: number, headers: Headers, body: string): AwsError {
  const told = objectIn(body);
  const type = headers.get('x-amzn-errortype') ?? text(told['__type']) ?? text(told['code']) ?? `HTTP ${status}`;
  const code = type.split(':')[0]!.split('#').at(-1)!;
  return new AwsError(
    code,
    text(told['message']) ?? text(told['Message']) ?? (body.trim() || `HTTP ${status}`),
    status,
  );
}

/** A sentence for whatever was thrown. */
export function errorText(error: unknown): string {
  if (error instanceof AwsError) return error.message;
  if (error instanceof TypeError) return 'The server does not answer.';
  return error instanceof Error ? error.message : String(error);
}

function objectIn(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
