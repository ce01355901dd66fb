/** Asks for an access key; it is tried before it is kept, and kept for this tab only. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useState } from 'react';
import { errorText } from '../client/aws-error.ts';
import { callerIdentity } from '../client/call.ts';
import { currentSession, signIn } from '../client/session.ts';
import { hrefOf, navigate } from './router.ts';

export function SignIn() {
  const [accessKeyId, setAccessKeyId] = useState('');
  const [secretAccessKey, setSecretAccessKey] = useState('');
  const [sessionToken, setSessionToken] = useState('');
  const [error, setError] = useState<unknown>();
  const [isTrying, setTrying] = useState(false);

  async function enter(event: FormEvent): Promise<void> {
    event.preventDefault();
    const credentials = {
      accessKeyId: accessKeyId.trim(),
      secretAccessKey: secretAccessKey.trim(),
      ...(sessionToken.trim() && { sessionToken: sessionToken.trim() }),
    };
    setTrying(true);
    setError(undefined);
    try {
      await callerIdentity({ ...currentSession(), credentials });
      signIn(credentials);
      navigate('/apis');
    } catch (refusal) {
      setError(refusal);
    } finally {
      setTrying(false);
    }
  }

  return (
    <main className="sign-in">
      <SpaceBetween size="l">
        <Box textAlign="center">
          <img src={hrefOf('/logo.svg')} alt="" width="56" height="56" />
          <Box variant="h1">Gatewright</Box>
        </Box>
        <form onSubmit={enter}>
          <Container header={<Header variant="h2">Sign in with an access key</Header>}>
            <Form
              actions={
                <Button variant="primary" loading={isTrying} disabled={!accessKeyId || !secretAccessKey}>
                  Sign in
                </Button>
              }
            >
              <SpaceBetween size="m">
                {error !== undefined && <Alert type="error">{errorText(error)}</Alert>}
                {crypto.subtle === undefined && (
                  <Alert type="warning">
                    Browsers sign requests on https and on localhost only. Open this page by https to sign in.
                  </Alert>
                )}
                <FormField label="Access key ID">
                  <Input
                    value={accessKeyId}
                    onChange={({ detail }) => setAccessKeyId(detail.value)}
                    autoComplete="username"
                  />
                </FormField>
                <FormField label="Secret access key" description="Kept in this tab until it is closed.">
                  <Input
                    type="password"
                    value={secretAccessKey}
                    onChange={({ detail }) => setSecretAccessKey(detail.value)}
                    autoComplete="current-password"
                  />
                </FormField>
                <FormField label="Session token - optional" description="Of temporary credentials.">
                  <Input
                    value={sessionToken}
                    onChange={({ detail }) => setSessionToken(detail.value)}
                    autoComplete="off"
                  />
                </FormField>
              </SpaceBetween>
            </Form>
          </Container>
        </form>
      </SpaceBetween>
    </main>
  );
}
