import Alert from '@cloudscape-design/components/alert';
import { AwsError, errorText } from '../client/aws-error.ts';

/** What the server refused, in its words; nothing when nothing was. */
export function Refusal({ error }: { error: unknown }) {
  if (error === undefined || error === null) return null;
  return (
    <Alert type="error" {...(error instanceof AwsError && { header: error.code })}>
      {errorText(error)}
    </Alert>
  );
}
