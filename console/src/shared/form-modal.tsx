/** A dialog with a form, or with a question: what it does may be refused, and then the refusal stands in it. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import Modal, { type ModalProps } from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useChange } from '../client/queries.ts';
import { Refusal } from './refusal.tsx';

export interface FormModalProps {
  readonly title: string;
  /** On the button that does it: `Deploy`. */
  readonly submitText: string;
  /** What the dialog is for; it closes when this resolves. */
  readonly onSubmit: () => Promise<unknown>;
  readonly onDismiss: () => void;
  readonly isDisabled?: boolean;
  readonly size?: ModalProps.Size;
  readonly children: ReactNode;
}

export function FormModal({
  title,
  submitText,
  onSubmit,
  onDismiss,
  isDisabled = false,
  size,
  children,
}: FormModalProps) {
  const change = useChange(onSubmit);
  const submit = (): void => {
    if (isDisabled || change.isRunning) return;
    change.run().then(onDismiss, () => {
      // Shown below.
    });
  };
  return (
    <Modal
      visible
      header={title}
      onDismiss={onDismiss}
      closeAriaLabel="Close"
      {...(size && { size })}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button variant="primary" loading={change.isRunning} disabled={isDisabled} onClick={submit}>
              {submitText}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Form>
          <SpaceBetween size="m">
            <Refusal error={change.error} />
            {children}
          </SpaceBetween>
        </Form>
      </form>
    </Modal>
  );
}
