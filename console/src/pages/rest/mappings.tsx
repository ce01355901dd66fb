import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Box from '@cloudscape-design/components/box';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { KeyValue } from '../../shared/key-value-editor.tsx';

export interface MappingsProps {
  /** `integration.request.header.X-Page` and where its value comes from. */
  readonly rows: readonly KeyValue[];
  onChange(rows: readonly KeyValue[]): void;
  /** What a mapped name begins with, and what it is called. */
  readonly places: readonly (readonly [beginning: string, label: string])[];
  readonly add: string;
  readonly placeholder: string;
}

/** Where parameters go, and where they come from. */
export function Mappings({ rows, onChange, places, add, placeholder }: MappingsProps) {
  const replace = (at: number, row: KeyValue): void => onChange(rows.map((each, i) => (i === at ? row : each)));
  const placeOfKey = (key: string) => places.find(([beginning]) => key.startsWith(beginning)) ?? places[0]!;
  const options = places.map(([value, label]) => ({ value, label }));
  return (
    <AttributeEditor
      items={[...rows]}
      addButtonText={add}
      removeButtonText="Remove"
      empty={<Box color="text-status-inactive">Nothing is mapped.</Box>}
      onAddButtonClick={() => onChange([...rows, [places[0]![0], '']])}
      onRemoveButtonClick={({ detail }) => onChange(rows.filter((_, i) => i !== detail.itemIndex))}
      definition={[
        ...(places.length > 1
          ? [
              {
                label: 'Place',
                control: ([key, value]: KeyValue, at: number) => {
                  const [beginning, label] = placeOfKey(key);
                  return (
                    <Select
                      ariaLabel="Place"
                      options={options}
                      selectedOption={{ value: beginning, label }}
                      onChange={({ detail }) =>
                        replace(at, [`${detail.selectedOption.value}${key.slice(beginning.length)}`, value])
                      }
                    />
                  );
                },
              },
            ]
          : []),
        {
          label: 'Name',
          control: ([key, value]: KeyValue, at: number) => {
            const [beginning] = placeOfKey(key);
            return (
              <Input
                value={key.slice(beginning.length)}
                ariaLabel="Mapped name"
                onChange={({ detail }) => replace(at, [`${beginning}${detail.value}`, value])}
              />
            );
          },
        },
        {
          label: 'Mapped from',
          control: ([key, value]: KeyValue, at: number) => (
            <Input
              value={value}
              ariaLabel="Mapped from"
              placeholder={placeholder}
              onChange={({ detail }) => replace(at, [key, detail.value])}
            />
          ),
        },
      ]}
    />
  );
}
