import Checkbox from '@cloudscape-design/components/checkbox';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { consoleHeaders, enableCors } from '../../../../src/app/enable-cors.ts';
import { callPath } from '../../client/call.ts';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { tellSuccess, tellWarning } from '../../shell/flash.tsx';
import type { ResourceNode } from './resources.ts';

/** Lets pages of other sites call a resource: the same steps as the command `cors enable`. */
export function EnableCorsDialog({ apiId, node, close }: { apiId: string; node: ResourceNode; close(): void }) {
  const [origin, setOrigin] = useState('*');
  const [headers, setHeaders] = useState(consoleHeaders.join(','));
  const [onErrors, setOnErrors] = useState(true);
  return (
    <FormModal
      title={`Enable CORS on ${node.path}`}
      submitText="Enable CORS"
      onDismiss={close}
      onSubmit={() => enableCorsOn(apiId, node.path, origin, headers, onErrors)}
    >
      <SpaceBetween size="m">
        <TextField
          label="Access-Control-Allow-Origin"
          description="All origins, or a single one."
          value={origin}
          onChange={setOrigin}
        />
        <TextField label="Access-Control-Allow-Headers" value={headers} onChange={setHeaders} />
        <Checkbox
          checked={onErrors}
          onChange={({ detail }) => setOnErrors(detail.checked)}
          description="Without them a page does not see that it was refused. They belong to the whole API."
        >
          Gateway responses DEFAULT 4XX and DEFAULT 5XX too
        </Checkbox>
      </SpaceBetween>
    </FormModal>
  );
}

/** Says what was done, and what is left to do by hand. */
export async function enableCorsOn(
  apiId: string,
  resourcePath: string,
  origin = '*',
  headers = consoleHeaders.join(','),
  onErrors = false,
): Promise<void> {
  const choice = {
    apiId,
    resourcePath,
    origin,
    headers: headers.split(',').map((name) => name.trim()),
    methods: undefined,
    onErrors,
  };
  const { done, left } = await enableCors((method, path, input) => callPath('apigateway', method, path, input), choice);
  for (const sentence of left) tellWarning(`${sentence}.`);
  tellSuccess(
    done.length === 0
      ? `CORS was enabled on ${resourcePath} already.`
      : `CORS is enabled on ${resourcePath}: ${done.join('; ')}.`,
  );
}
