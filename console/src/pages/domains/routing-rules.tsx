/** Rules that lead requests by base path and headers, the lowest priority first. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useOperation } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { SwitchField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { StageChoice } from './stage-choice.tsx';

type Rule = NonNullable<Output<'apigatewayv2', 'ListRoutingRules'>['RoutingRules']>[number];

function conditionText({ Conditions = [] }: Rule): string {
  const texts = Conditions.flatMap(({ MatchBasePaths, MatchHeaders }) => [
    ...(MatchBasePaths ? [`path ${MatchBasePaths.AnyOf.join(' or ')}`] : []),
    ...(MatchHeaders
      ? [MatchHeaders.AnyOf.map(({ Header, ValueGlob }) => `${Header}: ${ValueGlob}`).join(' or ')]
      : []),
  ]);
  return texts.join(' and ') || 'every request';
}

export function RoutingRules({ domainName }: { domainName: string }) {
  const { data, error } = useOperation('apigatewayv2', 'ListRoutingRules', { DomainName: domainName });
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'add' | 'remove'>();
  const rules = data?.RoutingRules;
  const chosen = rules?.find(({ RoutingRuleId }) => RoutingRuleId === selected);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="Routing rules"
        level="h2"
        items={rules}
        error={error}
        idOf={({ RoutingRuleId }) => RoutingRuleId!}
        selected={chosen}
        onSelect={(rule) => select(rule?.RoutingRuleId)}
        columns={[
          { title: 'Priority', cell: ({ Priority }) => Priority, text: ({ Priority }) => String(Priority) },
          { title: 'Condition', cell: conditionText, text: conditionText },
          {
            title: 'Leads to',
            cell: ({ Actions = [] }) =>
              Actions.map(({ InvokeApi }) => `${InvokeApi.ApiId} / ${InvokeApi.Stage}`).join(', '),
          },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDialog('remove')}>
              Remove
            </Button>
            <Button variant="primary" onClick={() => setDialog('add')}>
              Add routing rule
            </Button>
          </SpaceBetween>
        }
        empty="There is no rule yet."
      />
      {dialog === 'add' && <AddRuleDialog domainName={domainName} next={nextPriority(rules ?? [])} onDismiss={close} />}
      {dialog === 'remove' && chosen && (
        <ConfirmDelete
          title={`Remove routing rule ${chosen.Priority}?`}
          action="Remove"
          run={() =>
            call('apigatewayv2', 'DeleteRoutingRule', { DomainName: domainName, RoutingRuleId: chosen.RoutingRuleId! })
          }
          close={close}
        >
          Requests it led go by the next rule that fits.
        </ConfirmDelete>
      )}
    </>
  );
}

const nextPriority = (rules: readonly Rule[]): number =>
  Math.max(0, ...rules.map(({ Priority = 0 }) => Priority)) + 100;

function AddRuleDialog({ domainName, next, onDismiss }: { domainName: string; next: number; onDismiss: () => void }) {
  const [priority, setPriority] = useState(String(next));
  const [basePath, setBasePath] = useState('');
  const [header, setHeader] = useState('');
  const [glob, setGlob] = useState('');
  const [where, setWhere] = useState({ apiId: '', stage: '' });
  const [strips, setStrips] = useState(false);
  return (
    <FormModal
      title="Add routing rule"
      submitText="Add routing rule"
      isDisabled={where.stage === '' || priority === '' || (header === '') !== (glob === '')}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await call('apigatewayv2', 'CreateRoutingRule', {
          ...{ DomainName: domainName, Priority: Number(priority) },
          Conditions: [
            ...(basePath === '' ? [] : [{ MatchBasePaths: { AnyOf: [basePath] } }]),
            ...(header === '' ? [] : [{ MatchHeaders: { AnyOf: [{ Header: header, ValueGlob: glob }] } }]),
          ],
          Actions: [{ InvokeApi: { ApiId: where.apiId, Stage: where.stage, StripBasePath: strips } }],
        });
        tellSuccess('Routing rule added.');
      }}
    >
      <TextField label="Priority" hint="The lowest that fits answers." value={priority} onChange={setPriority} />
      <TextField label="Base path - optional" placeholder="orders" value={basePath} onChange={setBasePath} />
      <TextField label="Header - optional" placeholder="X-Version" value={header} onChange={setHeader} />
      <TextField
        label="Header value"
        placeholder="beta*"
        hint="A star stands for any text at its beginning or end."
        value={glob}
        onChange={setGlob}
      />
      <StageChoice value={where} onChange={setWhere} />
      <SwitchField label="Strip base path" value={strips} isDisabled={basePath === ''} onChange={setStrips} />
    </FormModal>
  );
}
