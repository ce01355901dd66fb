/** An API of any kind, and one of its stages. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useItems, useOperation } from '../../client/queries.ts';
import { ChoiceField } from '../../shared/fields.tsx';
import { kindNames } from '../../shell/navigation.tsx';
import { useAllApis } from '../apis/all-apis.ts';

export interface ChosenStage {
  readonly apiId: string;
  readonly stage: string;
}

export function StageChoice({
  value,
  onChange,
  onlyRest = false,
}: {
  value: ChosenStage;
  onChange: (chosen: ChosenStage) => void;
  onlyRest?: boolean;
}) {
  const { apis = [] } = useAllApis();
  const kind = apis.find(({ id }) => id === value.apiId)?.kind;
  const rest = useOperation('apigateway', 'GetStages', { restApiId: value.apiId }, { enabled: kind === 'rest' });
  const v2 = useItems(
    'apigatewayv2',
    'GetStages',
    { ApiId: value.apiId },
    { enabled: kind !== undefined && kind !== 'rest' },
  );
  const stages =
    kind === 'rest' ? rest.data?.item?.map(({ stageName }) => stageName!) : v2.data?.map(({ StageName }) => StageName!);
  return (
    <SpaceBetween size="m">
      <ChoiceField
        label="API"
        value={value.apiId}
        onChange={(apiId) => onChange({ apiId, stage: '' })}
        options={apis
          .filter((api) => !onlyRest || api.kind === 'rest')
          .map((api) => ({ value: api.id, label: `${api.name} (${kindNames[api.kind]} - ${api.id})` }))}
      />
      <ChoiceField
        label="Stage"
        value={value.stage}
        isDisabled={kind === undefined}
        onChange={(stage) => onChange({ ...value, stage })}
        options={(stages ?? []).map((stage) => ({ value: stage }))}
      />
    </SpaceBetween>
  );
}
