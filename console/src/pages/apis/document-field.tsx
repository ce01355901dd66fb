import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { CodeField } from '../../shared/code-field.tsx';

/** An OpenAPI document, chosen as a file or written here; read only without `onChange`. */
export function DocumentField({ value, onChange }: { value: string; onChange?(value: string): void }) {
  const [files, setFiles] = useState<File[]>([]);
  const isJson = value.trimStart().startsWith('{');
  return (
    <SpaceBetween size="m">
      {onChange && (
        <FormField label="OpenAPI document" description="JSON or YAML, OpenAPI 2.0 or 3.0.">
          <FileUpload
            value={files}
            accept=".json,.yaml,.yml"
            i18nStrings={{
              uploadButtonText: () => 'Choose file',
              dropzoneText: () => 'Drop a file to read it',
              removeFileAriaLabel: (at) => `Remove file ${at + 1}`,
              limitShowFewer: 'Show fewer',
              limitShowMore: 'Show more',
              errorIconAriaLabel: 'Error',
            }}
            onChange={async ({ detail }) => {
              setFiles(detail.value);
              if (detail.value[0]) onChange(await detail.value[0].text());
            }}
          />
        </FormField>
      )}
      <CodeField
        label="API definition"
        value={value}
        language={isJson ? 'json' : 'yaml'}
        lines={16}
        {...(onChange && { onChange })}
      />
    </SpaceBetween>
  );
}
