/** Fields of forms with their labels. */
import FormField from '@cloudscape-design/components/form-field';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import Toggle from '@cloudscape-design/components/toggle';
import type { ReactNode } from 'react';

interface FieldProps<T> {
  readonly label: string;
  readonly description?: ReactNode;
  readonly hint?: ReactNode;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly isDisabled?: boolean;
}

export interface TextFieldProps extends FieldProps<string> {
  readonly placeholder?: string;
  readonly type?: InputProps.Type;
  readonly lines?: number;
}

/** A line of text; several with `lines`. */
export function TextField({
  label,
  description,
  hint,
  value,
  onChange,
  isDisabled = false,
  placeholder = '',
  type = 'text',
  lines,
}: TextFieldProps) {
  return (
    <FormField label={label} description={description} constraintText={hint} {...(lines && { stretch: true })}>
      {lines === undefined ? (
        <Input
          value={value}
          type={type}
          placeholder={placeholder}
          disabled={isDisabled}
          autoComplete={false}
          onChange={({ detail }) => onChange(detail.value)}
        />
      ) : (
        <Textarea
          value={value}
          rows={lines}
          placeholder={placeholder}
          disabled={isDisabled}
          spellcheck={false}
          onChange={({ detail }) => onChange(detail.value)}
        />
      )}
    </FormField>
  );
}

export interface Option {
  readonly value: string;
  /** The value itself unless given. */
  readonly label?: string;
  readonly description?: string;
}

export interface ChoiceFieldProps extends FieldProps<string> {
  readonly options: readonly Option[];
  readonly placeholder?: string;
}

/** One of several. */
export function ChoiceField({
  label,
  description,
  hint,
  value,
  onChange,
  isDisabled = false,
  options,
  placeholder = 'Choose',
}: ChoiceFieldProps) {
  const shown = options.map(shownOption);
  const filtering = options.length > 10 ? 'auto' : 'none';
  return (
    <FormField label={label} description={description} constraintText={hint}>
      <Select
        options={shown}
        selectedOption={
          shown.find((option) => option.value === value) ?? (value === '' ? null : { value, label: value })
        }
        placeholder={placeholder}
        disabled={isDisabled}
        filteringType={filtering}
        empty="Nothing to choose"
        onChange={({ detail }) => onChange(detail.selectedOption.value!)}
      />
    </FormField>
  );
}

export interface ChoicesFieldProps extends FieldProps<readonly string[]> {
  readonly options: readonly Option[];
  readonly placeholder?: string;
}

/** Any of several. */
export function ChoicesField({
  label,
  description,
  hint,
  value,
  onChange,
  isDisabled = false,
  options,
  placeholder = 'Choose',
}: ChoicesFieldProps) {
  const shown = options.map(shownOption);
  return (
    <FormField label={label} description={description} constraintText={hint}>
      <Multiselect
        options={shown}
        selectedOptions={value.map(
          (each) => shown.find((option) => option.value === each) ?? { value: each, label: each },
        )}
        placeholder={placeholder}
        disabled={isDisabled}
        empty="Nothing to choose"
        onChange={({ detail }) => onChange(detail.selectedOptions.map((option) => option.value!))}
      />
    </FormField>
  );
}

const shownOption = ({ value, label = value, description }: Option) => ({
  value,
  label,
  ...(description && { description }),
});

/** Yes or no. */
export function SwitchField({ label, description, value, onChange, isDisabled = false }: FieldProps<boolean>) {
  return (
    <Toggle
      checked={value}
      disabled={isDisabled}
      description={description}
      onChange={({ detail }) => onChange(detail.checked)}
    >
      {label}
    </Toggle>
  );
}
