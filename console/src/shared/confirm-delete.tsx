import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import { useChange } from '../client/queries.ts';
import { Refusal } from './refusal.tsx';

export interface ConfirmDeleteProps {
  /** `Delete stage prod?` */
  readonly title: string;
  /** What will be gone. */
  readonly children?: ReactNode;
  /** For what cannot be brought back: asks to type `confirm`, as the AWS console does. */
  readonly mustType?: boolean;
  /** Of the button, `Delete` unless given. */
  readonly action?: string;
  run(): Promise<unknown>;
  /** Called after success, and when the dialog is closed without it. */
  close(): void;
}

/** Asks before something is deleted; stays open with the refusal when the server refuses. Show it only while it is wanted. */
export function ConfirmDelete({
  title,
  children,
  mustType = false,
  action = 'Delete',
  run,
  close,
}: ConfirmDeleteProps) {
  const [typed, setTyped] = useState('');
  const change = useChange(run);
  const confirm = (): void => void change.run().then(close, () => undefined);
  return (
    <Modal
      visible
      header={title}
      closeAriaLabel="Close"
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={change.isRunning}
              disabled={mustType && typed !== 'confirm'}
              onClick={confirm}
            >
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Refusal error={change.error} />
        {children}
        {mustType && (
          <FormField label="To confirm, type confirm">
            <Input value={typed} placeholder="confirm" onChange={({ detail }) => setTyped(detail.value)} />
          </FormField>
        )}
      </SpaceBetween>
    </Modal>
  );
}
