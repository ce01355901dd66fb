import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { SwitchField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { tellSuccess } from '../../shell/flash.tsx';

/** Many keys out of a file of comma-separated values, into the usage plans that it names. */
export function ImportKeysDialog({ onDismiss }: { onDismiss: () => void }) {
  const [text, setText] = useState('');
  const [failsOnWarnings, setFailsOnWarnings] = useState(true);
  const [files, setFiles] = useState<File[]>([]);
  return (
    <FormModal
      title="Import API keys"
      submitText="Import"
      size="large"
      isDisabled={text.trim() === ''}
      onDismiss={onDismiss}
      onSubmit={async () => {
        const { ids = [], warnings = [] } = await call('apigateway', 'ImportApiKeys', {
          body: new TextEncoder().encode(text),
          format: 'csv',
          failOnWarnings: failsOnWarnings,
        });
        const left = warnings.length === 0 ? '' : ` Warnings: ${warnings.join('; ')}`;
        tellSuccess(`${ids.length} API ${ids.length === 1 ? 'key' : 'keys'} imported.${left}`);
      }}
    >
      <FormField
        label="CSV file"
        constraintText="The first line names the columns: name, key, description, enabled, usageplanIds."
      >
        <FileUpload
          value={files}
          accept=".csv,text/csv"
          i18nStrings={{
            uploadButtonText: () => 'Choose file',
            dropzoneText: () => 'Drop file here',
            removeFileAriaLabel: () => 'Remove file',
            limitShowFewer: 'Show fewer',
            limitShowMore: 'Show more',
            errorIconAriaLabel: 'Error',
            warningIconAriaLabel: 'Warning',
          }}
          onChange={({ detail }) => {
            setFiles(detail.value);
            void detail.value[0]?.text().then(setText);
          }}
        />
      </FormField>
      <TextField
        label="API keys"
        lines={8}
        placeholder={
          'Name,key,description,Enabled,usageplanIds\nMyFirstApiKey,apikey1234abcdefghij0123456789,An imported key,TRUE,c7y23b'
        }
        value={text}
        onChange={setText}
      />
      <SwitchField
        label="Fail on warnings"
        description="Imports nothing when a line is not good."
        value={failsOnWarnings}
        onChange={setFailsOnWarnings}
      />
    </FormModal>
  );
}
