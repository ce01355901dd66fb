/** Deployment and throttling of a stage, and of single routes. */
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { changeStage, numberIn, type V2StageProps } from './v2-calls.ts';

const shownLimit = (value: number | undefined): string => (value === undefined ? '' : String(value));

/** Limits that are given; an empty field leaves the account's. */
function limitsOf(rate: string, burst: string) {
  const [rateLimit, burstLimit] = [numberIn(rate), numberIn(burst)];
  return {
    ...(rateLimit !== undefined && { ThrottlingRateLimit: rateLimit }),
    ...(burstLimit !== undefined && { ThrottlingBurstLimit: burstLimit }),
  };
}

export function V2Settings(props: V2StageProps) {
  const { stage } = props;
  const { DefaultRouteSettings: route = {} } = stage;
  const draft = useDraft({
    description: stage.Description ?? '',
    isAutomatic: stage.AutoDeploy ?? false,
    rate: shownLimit(route.ThrottlingRateLimit),
    burst: shownLimit(route.ThrottlingBurstLimit),
  });
  const { value, set } = draft;
  const save = (): Promise<unknown> =>
    changeStage(props, {
      Description: value.description,
      AutoDeploy: value.isAutomatic,
      DefaultRouteSettings: { ...route, ...limitsOf(value.rate, value.burst) },
    });
  return (
    <SpaceBetween size="l">
      <EditPanel title="Settings" draft={draft} save={save} saved="Stage settings saved.">
        <ColumnLayout columns={2}>
          <SpaceBetween size="m">
            <TextField
              label="Stage description"
              value={value.description}
              onChange={(description) => set({ description })}
            />
            <SwitchField
              label="Automatic deployment"
              description="Every change of the API is deployed to this stage."
              value={value.isAutomatic}
              onChange={(isAutomatic) => set({ isAutomatic })}
            />
          </SpaceBetween>
          <SpaceBetween size="m">
            <TextField
              label="Rate"
              hint="Requests per second of each route; empty for the account's limit."
              value={value.rate}
              onChange={(rate) => set({ rate })}
            />
            <TextField
              label="Burst"
              hint="Requests at once."
              value={value.burst}
              onChange={(burst) => set({ burst })}
            />
          </SpaceBetween>
        </ColumnLayout>
      </EditPanel>
      <RouteOverrides {...props} />
    </SpaceBetween>
  );
}

function RouteOverrides(props: V2StageProps) {
  const { api, stage } = props;
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'edit' | 'delete'>();
  const overrides = Object.entries(stage.RouteSettings ?? {}).map(([key, setting]) => ({ key, ...setting }));
  const chosen = overrides.find(({ key }) => key === selected);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="Route throttling"
        level="h2"
        items={overrides}
        idOf={({ key }) => key}
        selected={chosen}
        onSelect={(override) => select(override?.key)}
        columns={[
          { title: 'Route', cell: ({ key }) => key, text: ({ key }) => key },
          { title: 'Rate', cell: ({ ThrottlingRateLimit }) => ThrottlingRateLimit ?? 'Stage' },
          { title: 'Burst', cell: ({ ThrottlingBurstLimit }) => ThrottlingBurstLimit ?? 'Stage' },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" disabled={chosen === undefined} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button formAction="none" disabled={chosen === undefined} onClick={() => setDialog('edit')}>
              Edit
            </Button>
            <Button formAction="none" onClick={() => setDialog('create')}>
              Add route throttling
            </Button>
          </SpaceBetween>
        }
        empty="Every route has the limits of the stage."
      />
      {(dialog === 'create' || dialog === 'edit') && (
        <RouteDialog {...props} routeKey={dialog === 'edit' ? (chosen?.key ?? '') : ''} onDismiss={close} />
      )}
      {dialog === 'delete' && chosen !== undefined && (
        <ConfirmDelete
          title={`Delete the throttling of ${chosen.key}?`}
          run={() =>
            call('apigatewayv2', 'DeleteRouteSettings', {
              ApiId: api.ApiId!,
              StageName: stage.StageName!,
              RouteKey: chosen.key,
            })
          }
          close={close}
        >
          The route has the limits of the stage again.
        </ConfirmDelete>
      )}
    </>
  );
}

function RouteDialog({ routeKey, onDismiss, ...props }: V2StageProps & { routeKey: string; onDismiss: () => void }) {
  const routes = useItems('apigatewayv2', 'GetRoutes', { ApiId: props.api.ApiId! });
  const saved = props.stage.RouteSettings?.[routeKey];
  const [key, setKey] = useState(routeKey);
  const [rate, setRate] = useState(shownLimit(saved?.ThrottlingRateLimit));
  const [burst, setBurst] = useState(shownLimit(saved?.ThrottlingBurstLimit));
  return (
    <FormModal
      title="Route throttling"
      submitText="Save"
      isDisabled={key === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await changeStage(props, { RouteSettings: { [key]: { ...saved, ...limitsOf(rate, burst) } } });
        tellSuccess(`Throttling of ${key} saved.`);
      }}
    >
      <ChoiceField
        label="Route"
        value={key}
        isDisabled={routeKey !== ''}
        onChange={setKey}
        options={(routes.data ?? []).map(({ RouteKey }) => ({ value: RouteKey! }))}
      />
      <TextField label="Rate" hint="Requests per second." value={rate} onChange={setRate} />
      <TextField label="Burst" value={burst} onChange={setBurst} />
    </FormModal>
  );
}
