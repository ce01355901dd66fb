/** Ways to backends that are not public: those of REST APIs lead to load balancers, those of HTTP APIs into subnets. */
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { CopyText } from '../../shared/copy-text.tsx';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { tellSuccess } from '../../shell/flash.tsx';

interface Link {
  readonly kind: 'rest' | 'http';
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly why: string;
  readonly target: string;
}

function useLinks(): { links: Link[] | undefined; error: unknown } {
  const rest = useItems('apigateway', 'GetVpcLinks', {});
  const http = useItems('apigatewayv2', 'GetVpcLinks', {});
  const error = rest.error ?? http.error;
  if (rest.data === undefined || http.data === undefined) return { links: undefined, error };
  const links = [
    ...rest.data.map(
      ({ id = '', name = '', status = '', statusMessage = '', targetArns = [] }): Link => ({
        ...{ kind: 'rest', id, name, status, why: statusMessage, target: targetArns.join(', ') },
      }),
    ),
    ...http.data.map(
      ({ VpcLinkId = '', Name = '', VpcLinkStatus = '', VpcLinkStatusMessage = '', SubnetIds = [] }): Link => ({
        ...{
          kind: 'http',
          id: VpcLinkId,
          name: Name,
          status: VpcLinkStatus,
          why: VpcLinkStatusMessage,
          target: SubnetIds.join(', '),
        },
      }),
    ),
  ];
  return { links, error };
}

const kinds: Readonly<Record<Link['kind'], string>> = {
  rest: 'VPC link for REST APIs',
  http: 'VPC link for HTTP APIs',
};

export default function VpcLinks() {
  const { links, error } = useLinks();
  const [selected, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'delete'>();
  const chosen = links?.find(({ id }) => id === selected);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="VPC links"
        description="The setting vpcLinkTargets says where a link leads on this machine's network."
        items={links}
        error={error}
        idOf={({ id }) => id}
        selected={chosen}
        onSelect={(link) => select(link?.id)}
        columns={[
          { title: 'Name', cell: ({ name }) => name, text: ({ name }) => name },
          { title: 'ID', cell: ({ id }) => <CopyText text={id} />, text: ({ id }) => id },
          { title: 'Kind', cell: ({ kind }) => kinds[kind], text: ({ kind }) => kinds[kind] },
          {
            title: 'Status',
            cell: ({ status, why }) => (
              <StatusIndicator type={status === 'AVAILABLE' ? 'success' : 'pending'}>
                {[status, why].filter(Boolean).join(': ')}
              </StatusIndicator>
            ),
          },
          { title: 'Leads to', cell: ({ target }) => target || '-', text: ({ target }) => target },
        ]}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen === undefined} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button variant="primary" onClick={() => setDialog('create')}>
              Create VPC link
            </Button>
          </SpaceBetween>
        }
        empty="There is no VPC link yet."
      />
      {dialog === 'create' && <CreateLinkDialog onDismiss={close} />}
      {dialog === 'delete' && chosen && (
        <ConfirmDelete
          title={`Delete VPC link ${chosen.name}?`}
          run={async () => {
            await (chosen.kind === 'rest'
              ? call('apigateway', 'DeleteVpcLink', { vpcLinkId: chosen.id })
              : call('apigatewayv2', 'DeleteVpcLink', { VpcLinkId: chosen.id }));
            tellSuccess('VPC link deleted.');
          }}
          close={close}
        >
          Integrations that go through it fail from then on.
        </ConfirmDelete>
      )}
    </>
  );
}

const listed = (text: string): string[] => text.split(/[\s,]+/).filter((each) => each !== '');

function CreateLinkDialog({ onDismiss }: { onDismiss: () => void }) {
  const [kind, setKind] = useState<Link['kind']>('rest');
  const [name, setName] = useState('');
  const [targets, setTargets] = useState('');
  const [groups, setGroups] = useState('');
  return (
    <FormModal
      title="Create VPC link"
      submitText="Create VPC link"
      isDisabled={name === '' || listed(targets).length === 0}
      onDismiss={onDismiss}
      onSubmit={async () => {
        await (kind === 'rest'
          ? call('apigateway', 'CreateVpcLink', { name, targetArns: listed(targets) })
          : call('apigatewayv2', 'CreateVpcLink', {
              Name: name,
              SubnetIds: listed(targets),
              SecurityGroupIds: listed(groups),
            }));
        tellSuccess(`VPC link ${name} created.`);
      }}
    >
      <FormField label="Kind">
        <RadioGroup
          value={kind}
          onChange={({ detail }) => setKind(detail.value as Link['kind'])}
          items={[
            { value: 'rest', label: kinds.rest },
            { value: 'http', label: kinds.http },
          ]}
        />
      </FormField>
      <TextField label="Name" value={name} onChange={setName} />
      {kind === 'rest' ? (
        <TextField
          label="Target NLB"
          placeholder="arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/orders/50dc6c495c0c9188"
          value={targets}
          onChange={setTargets}
        />
      ) : (
        <SpaceBetween size="m">
          <TextField
            label="Subnets"
            placeholder="subnet-1a2b3c4d, subnet-5e6f7a8b"
            value={targets}
            onChange={setTargets}
          />
          <TextField label="Security groups" placeholder="sg-1a2b3c4d" value={groups} onChange={setGroups} />
        </SpaceBetween>
      )}
    </FormModal>
  );
}
