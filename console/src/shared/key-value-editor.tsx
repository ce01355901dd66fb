import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Input from '@cloudscape-design/components/input';

export type KeyValue = readonly [key: string, value: string];

export interface KeyValueEditorProps {
  readonly pairs: readonly KeyValue[];
  onChange(pairs: readonly KeyValue[]): void;
  readonly keyLabel?: string;
  readonly valueLabel?: string;
  /** `Add stage variable` */
  readonly addLabel: string;
  readonly empty?: string;
}

/** Rows of two fields: stage variables, tags, mapped headers. */
export function KeyValueEditor({
  pairs,
  onChange,
  keyLabel = 'Name',
  valueLabel = 'Value',
  addLabel,
  empty,
}: KeyValueEditorProps) {
  const replace = (at: number, pair: KeyValue): void => onChange(pairs.map((each, i) => (i === at ? pair : each)));
  return (
    <AttributeEditor
      items={[...pairs]}
      addButtonText={addLabel}
      removeButtonText="Remove"
      {...(empty !== undefined && { empty })}
      onAddButtonClick={() => onChange([...pairs, ['', '']])}
      onRemoveButtonClick={({ detail }) => onChange(pairs.filter((_, i) => i !== detail.itemIndex))}
      definition={[
        {
          label: keyLabel,
          control: ([key, value], at) => (
            <Input value={key} ariaLabel={keyLabel} onChange={({ detail }) => replace(at, [detail.value, value])} />
          ),
        },
        {
          label: valueLabel,
          control: ([key, value], at) => (
            <Input value={value} ariaLabel={valueLabel} onChange={({ detail }) => replace(at, [key, detail.value])} />
          ),
        },
      ]}
    />
  );
}

/** The rows of a map, and a map of the rows that have a name. */
export const pairsOf = (map: Readonly<Record<string, string | null>> | undefined): KeyValue[] =>
  Object.entries(map ?? {}).map(([key, value]) => [key, value ?? '']);
export const mapOf = (pairs: readonly KeyValue[]): Record<string, string> =>
  Object.fromEntries(pairs.filter(([key]) => key !== ''));
