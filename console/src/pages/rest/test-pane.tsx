/** Calls a method as it is now, before any deployment, and tells what happened on the way (row CON-03). */
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { TestInvokeMethodResponse } from '../../../../src/wire/generated/apigateway.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { CodeField } from '../../shared/code-field.tsx';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { OutputText } from '../../shared/output-text.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import { type MethodProps, pathVariables, placeOf } from './method-place.ts';
import { PlanPanel } from './plan-panel.tsx';

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((value) => ({ value }));

export function TestPane(props: MethodProps) {
  const { node, verb } = props;
  const variables = pathVariables(node.path);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [sentVerb, setSentVerb] = useState('GET');
  const [query, setQuery] = useState('');
  const [headers, setHeaders] = useState('');
  const [stageVariables, setStageVariables] = useState('');
  const [certificate, setCertificate] = useState('');
  const [body, setBody] = useState('');
  const [result, setResult] = useState<TestInvokeMethodResponse>();
  const [error, setError] = useState<unknown>();
  const [isRunning, setRunning] = useState(false);
  const certificates = useItems('apigateway', 'GetClientCertificates', { limit: 500 });
  const path = node.path.replace(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const value = values[name] ?? '';
    return greedy ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value);
  });
  const pathWithQueryString = `${path}${query && `?${query.replace(/^\?/, '')}`}`;
  const method = verb === 'ANY' ? sentVerb : verb;
  const hasBody = method !== 'GET' && method !== 'HEAD';

  async function test(): Promise<void> {
    setRunning(true);
    setError(undefined);
    try {
      const output = await call('apigateway', 'TestInvokeMethod', {
        ...{ ...placeOf(props), pathWithQueryString },
        httpMethod: method,
        ...(headers.trim() && { multiValueHeaders: valuesOf(headers) }),
        ...(stageVariables.trim() && { stageVariables: mapIn(stageVariables) }),
        ...(certificate && { clientCertificateId: certificate }),
        ...(hasBody && body && { body }),
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
    <SpaceBetween size="m">
      <Container
        header={
          <Header variant="h2" description="The method is called for real, as it is now; no deployment is needed.">
            Test method
          </Header>
        }
      >
        <SpaceBetween size="m">
          {verb === 'ANY' && (
            <ChoiceField label="Method type" value={sentVerb} onChange={setSentVerb} options={verbs} />
          )}
          {variables.map((name) => (
            <TextField
              key={name}
              label={`Path: ${name}`}
              value={values[name] ?? ''}
              onChange={(value) => setValues((before) => ({ ...before, [name]: value }))}
            />
          ))}
          <TextField
            label="Query strings"
            placeholder="param1=value1&param2=value2"
            value={query}
            onChange={setQuery}
          />
          <TextField
            label="Headers"
            description="One a line, name and value separated by a colon."
            placeholder="Accept:application/json"
            lines={2}
            value={headers}
            onChange={setHeaders}
          />
          <TextField
            label="Stage variables"
            description="One a line, name and value separated by a colon."
            placeholder="backend:blue"
            lines={2}
            value={stageVariables}
            onChange={setStageVariables}
          />
          {(certificates.data?.length ?? 0) > 0 && (
            <ChoiceField
              label="Client certificate"
              value={certificate || 'none'}
              onChange={(value) => setCertificate(value === 'none' ? '' : value)}
              options={[
                { value: 'none', label: 'None' },
                ...certificates.data!.map(({ clientCertificateId }) => ({ value: clientCertificateId! })),
              ]}
            />
          )}
          {hasBody && (
            <FormField label="Request body" stretch>
              <CodeField label="Request body" language="json" lines={5} value={body} onChange={setBody} />
            </FormField>
          )}
          <Button variant="primary" loading={isRunning} onClick={test}>
            Test
          </Button>
          <Refusal error={error} />
        </SpaceBetween>
      </Container>
      {result && <Result path={pathWithQueryString} verb={method} result={result} />}
      <PlanPanel {...props} />
    </SpaceBetween>
  );
}

function Result({ path, verb, result }: { path: string; verb: string; result: TestInvokeMethodResponse }) {
  const { status, latency, body = '', multiValueHeaders = {}, log = '' } = result;
  return (
    <Container header={<Header variant="h2">{`${path} - ${verb} method test results`}</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Request', value: path },
            { label: 'Latency ms', value: String(latency ?? '-') },
            { label: 'Status', value: <span data-testid="test-status">{status}</span> },
          ]}
        />
        <OutputText title="Response body" text={pretty(body)} />
        <OutputText title="Response headers" text={JSON.stringify(multiValueHeaders, null, 2)} />
        <OutputText title="Logs" text={log} />
      </SpaceBetween>
    </Container>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const linesIn = (text: string): [string, string][] =>
  text
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]);

const mapIn = (text: string): Record<string, string> => Object.fromEntries(linesIn(text));

/** A header may be there more than once. */
function valuesOf(text: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [name, value] of linesIn(text)) found[name] = [...(found[name] ?? []), value];
  return found;
}
