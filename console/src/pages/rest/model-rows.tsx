import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useItems } from '../../client/queries.ts';
import type { KeyValue } from '../../shared/key-value-editor.tsx';

export interface ModelRowsProps {
  readonly apiId: string;
  readonly title: string;
  readonly add: string;
  /** Content type and model. */
  readonly rows: readonly KeyValue[];
  onChange(rows: readonly KeyValue[]): void;
}

/** A model for each content type of a body. */
export function ModelRows({ apiId, title, add, rows, onChange }: ModelRowsProps) {
  const models = useItems('apigateway', 'GetModels', { restApiId: apiId, limit: 500 });
  const names = (models.data ?? []).map(({ name }) => ({ value: name! }));
  const replace = (at: number, row: KeyValue): void => onChange(rows.map((each, i) => (i === at ? row : each)));
  return (
    <FormField label={title} stretch>
      <AttributeEditor
        items={[...rows]}
        addButtonText={add}
        removeButtonText="Remove"
        empty={<Box color="text-status-inactive">No models.</Box>}
        onAddButtonClick={() => onChange([...rows, ['application/json', '']])}
        onRemoveButtonClick={({ detail }) => onChange(rows.filter((_, i) => i !== detail.itemIndex))}
        definition={[
          {
            label: 'Content type',
            control: ([type, model], at) => (
              <Input
                value={type}
                ariaLabel={`${title}: content type`}
                onChange={({ detail }) => replace(at, [detail.value, model])}
              />
            ),
          },
          {
            label: 'Model',
            control: ([type, model], at) => (
              <Select
                ariaLabel={`${title}: model`}
                options={names}
                selectedOption={model === '' ? null : { value: model }}
                placeholder="Choose a model"
                empty="This API has no models"
                onChange={({ detail }) => replace(at, [type, detail.selectedOption.value!])}
              />
            ),
          },
        ]}
      />
    </FormField>
  );
}
