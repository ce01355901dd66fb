/** Asks an authorizer about a caller that one makes up (row CON-04). */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Authorizer, TestInvokeAuthorizerResponse } from '../../../../src/wire/generated/apigateway.ts';
import { call } from '../../client/call.ts';
import { TextField } from '../../shared/fields.tsx';
import { OutputText } from '../../shared/output-text.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import { sourcesIn, sourceTypes } from './authorizer-draft.ts';

export function AuthorizerTest({ apiId, authorizer, close }: { apiId: string; authorizer: Authorizer; close(): void }) {
  const sources = sourcesIn(authorizer.identitySource ?? '');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [result, setResult] = useState<TestInvokeAuthorizerResponse>();
  const [error, setError] = useState<unknown>();
  const [isRunning, setRunning] = useState(false);

  /** The values given for sources that begin so. */
  const given = (beginning: string): Record<string, string> =>
    Object.fromEntries(
      sources
        .filter((source) => source.beginning === beginning)
        .map(({ name }) => [name, values[`${beginning}${name}`] ?? ''])
        .filter(([, value]) => value !== ''),
    );

  async function test(): Promise<void> {
    setRunning(true);
    setError(undefined);
    const query = new URLSearchParams(given('method.request.querystring.')).toString();
    try {
      const output = await call('apigateway', 'TestInvokeAuthorizer', {
        ...{ restApiId: apiId, authorizerId: authorizer.id! },
        headers: given('method.request.header.'),
        stageVariables: given('stageVariables.'),
        additionalContext: given('context.'),
        ...(query && { pathWithQueryString: `/?${query}` }),
      });
      setResult(output);
    } catch (refusal) {
      setError(refusal);
      setResult(undefined);
    } finally {
      setRunning(false);
    }
  }

  return (
    <Modal
      visible
      size="large"
      header={`Test authorizer ${authorizer.name}`}
      closeAriaLabel="Close"
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              Close
            </Button>
            <Button variant="primary" loading={isRunning} onClick={test}>
              Test authorizer
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {sources.map(({ beginning, name }) => (
          <TextField
            key={`${beginning}${name}`}
            label={name}
            description={sourceTypes.find(([each]) => each === beginning)?.[1] ?? ''}
            value={values[`${beginning}${name}`] ?? ''}
            onChange={(value) => setValues((before) => ({ ...before, [`${beginning}${name}`]: value }))}
          />
        ))}
        <Refusal error={error} />
        {result && <Result result={result} />}
      </SpaceBetween>
    </Modal>
  );
}

function Result({ result }: { result: TestInvokeAuthorizerResponse }) {
  const { clientStatus, latency, principalId, policy, claims, log } = result;
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={3}
        items={[
          // 0 says that the caller gets past the authorizer.
          { label: 'Response code', value: <span data-testid="authorizer-status">{clientStatus || 200}</span> },
          { label: 'Latency ms', value: String(latency ?? '-') },
          { label: 'Principal ID', value: principalId || '-' },
        ]}
      />
      {policy && <OutputText title="Policy" text={JSON.stringify(JSON.parse(policy), null, 2)} />}
      {claims && Object.keys(claims).length > 0 && <OutputText title="Claims" text={JSON.stringify(claims, null, 2)} />}
      <OutputText title="Log" text={log ?? ''} />
    </SpaceBetween>
  );
}
