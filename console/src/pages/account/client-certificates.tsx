/** Certificates that stages show to HTTP backends, so that these know who calls. */
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call, type ItemOf } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useItems } from '../../client/queries.ts';
import { CodeField } from '../../shared/code-field.tsx';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { CopyText } from '../../shared/copy-text.tsx';
import { download } from '../../shared/download.ts';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { replaced } from '../../shared/map-patches.ts';
import { shownTime } from '../../shared/shown-time.ts';
import { tellSuccess } from '../../shell/flash.tsx';

type Certificate = ItemOf<Output<'apigateway', 'GetClientCertificates'>>;

export default function ClientCertificates() {
  const { data, error } = useItems('apigateway', 'GetClientCertificates', {});
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'generate' | 'edit' | 'delete'>();
  const chosen = data?.find(({ clientCertificateId }) => clientCertificateId === selected);
  const close = (): void => setDialog(undefined);
  return (
    <SpaceBetween size="l">
      <ItemTable
        title="Client certificates"
        description="A stage shows its certificate to HTTP backends, which then know that the call comes from it. Choose it in the stage's settings."
        items={data}
        error={error}
        idOf={({ clientCertificateId }) => clientCertificateId!}
        selected={chosen}
        onSelect={(certificate) => select(certificate?.clientCertificateId)}
        columns={[
          {
            title: 'ID',
            cell: ({ clientCertificateId }) => <CopyText text={clientCertificateId!} />,
            text: ({ clientCertificateId }) => clientCertificateId!,
          },
          {
            title: 'Description',
            cell: ({ description }) => description || '-',
            text: ({ description }) => description ?? '',
          },
          {
            title: 'Created',
            cell: ({ createdDate }) => shownTime(createdDate),
            text: ({ createdDate }) => String(createdDate ?? 0),
          },
          {
            title: 'Expires',
            cell: ({ expirationDate }) => shownTime(expirationDate),
            text: ({ expirationDate }) => String(expirationDate ?? 0),
          },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button disabled={chosen === undefined} onClick={() => setDialog('edit')}>
              Edit description
            </Button>
            <Button variant="primary" onClick={() => setDialog('generate')}>
              Generate certificate
            </Button>
          </SpaceBetween>
        }
        empty="There is no client certificate yet."
      />
      {chosen && <Pem certificate={chosen} />}
      {dialog === 'generate' && <GenerateDialog onDismiss={close} onGenerated={select} />}
      {dialog === 'edit' && chosen && <EditDialog certificate={chosen} onDismiss={close} />}
      {dialog === 'delete' && chosen && (
        <ConfirmDelete
          title={`Delete client certificate ${chosen.clientCertificateId}?`}
          run={async () => {
            await call('apigateway', 'DeleteClientCertificate', { clientCertificateId: chosen.clientCertificateId! });
            tellSuccess('Client certificate deleted.');
          }}
          close={close}
        >
          A stage that uses it must be given another one first.
        </ConfirmDelete>
      )}
    </SpaceBetween>
  );
}

function Pem({ certificate: { clientCertificateId, pemEncodedCertificate = '' } }: { certificate: Certificate }) {
  return (
    <SpaceBetween size="xs">
      <Button
        iconName="download"
        onClick={() => download(`${clientCertificateId}.pem`, pemEncodedCertificate, 'application/x-pem-file')}
      >
        Download PEM
      </Button>
      <CodeField label="Certificate" value={pemEncodedCertificate} />
    </SpaceBetween>
  );
}

function GenerateDialog({ onDismiss, onGenerated }: { onDismiss: () => void; onGenerated: (id: string) => void }) {
  const [description, setDescription] = useState('');
  return (
    <FormModal
      title="Generate client certificate"
      submitText="Generate"
      onDismiss={onDismiss}
      onSubmit={async () => {
        const { clientCertificateId } = await call('apigateway', 'GenerateClientCertificate', { description });
        tellSuccess('Client certificate generated.');
        onGenerated(clientCertificateId!);
      }}
    >
      <TextField label="Description" value={description} onChange={setDescription} />
    </FormModal>
  );
}

function EditDialog({ certificate, onDismiss }: { certificate: Certificate; onDismiss: () => void }) {
  const [description, setDescription] = useState(certificate.description ?? '');
  return (
    <FormModal
      title="Edit description"
      submitText="Save"
      onDismiss={onDismiss}
      onSubmit={() =>
        call('apigateway', 'UpdateClientCertificate', {
          clientCertificateId: certificate.clientCertificateId!,
          patchOperations: [replaced('/description', description)],
        })
      }
    >
      <TextField label="Description" value={description} onChange={setDescription} />
    </FormModal>
  );
}
