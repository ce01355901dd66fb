import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { CodeField } from '../../shared/code-field.tsx';
import type { KeyValue } from '../../shared/key-value-editor.tsx';

export interface TemplatesProps {
  /** What chooses a template, and the template. */
  readonly rows: readonly KeyValue[];
  onChange(rows: readonly KeyValue[]): void;
  /** `Content type` unless given. */
  readonly keyLabel?: string;
}

/** A mapping template (VTL) for each content type, or for each value of an expression. */
export function Templates({ rows, onChange, keyLabel = 'Content type' }: TemplatesProps) {
  const isByType = keyLabel === 'Content type';
  const replace = (at: number, row: KeyValue): void => onChange(rows.map((each, i) => (i === at ? row : each)));
  return (
    <SpaceBetween size="m">
      {rows.length === 0 && <Box color="text-status-inactive">No mapping templates.</Box>}
      {rows.map(([type, template], at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; its content type is what one types.
        <SpaceBetween key={at} size="xs">
          <FormField
            label={keyLabel}
            secondaryControl={<Button onClick={() => onChange(rows.filter((_, i) => i !== at))}>Remove</Button>}
          >
            <Input
              value={type}
              ariaLabel={keyLabel}
              placeholder={isByType ? 'application/json' : '$default'}
              onChange={({ detail }) => replace(at, [detail.value, template])}
            />
          </FormField>
          <CodeField
            label={`Template for ${type || 'what is not named yet'}`}
            value={template}
            onChange={(next) => replace(at, [type, next])}
            lines={6}
          />
        </SpaceBetween>
      ))}
      <Button
        iconName="add-plus"
        formAction="none"
        onClick={() => onChange([...rows, [rows.length > 0 ? '' : isByType ? 'application/json' : '$default', '']])}
      >
        Add mapping template
      </Button>
    </SpaceBetween>
  );
}
