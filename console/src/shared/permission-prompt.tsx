/** Asks before a function's policy is changed, and changes it (rows CON-02, INT-12). */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import { mayInvokeAlready } from './invoke-permission.ts';

interface Question {
  readonly functionArn: string;
  answer(isAllowed: boolean): void;
}

export interface PermissionPrompt {
  /**
   * Resolves at once when the function's policy lets this source in already or no function is meant; else when somebody says yes. Rejects when they do not: then
   * nothing should be saved. The statement itself is added by `letInvoke`, once the API has what it is for.
   */
  ask(functionArn: string | undefined, source: string): Promise<void>;
  /** To be shown somewhere on the page. */
  readonly dialog: ReactNode;
}

export function usePermissionPrompt(): PermissionPrompt {
  const [question, setQuestion] = useState<Question>();

  async function ask(functionArn: string | undefined, source: string): Promise<void> {
    if (functionArn === undefined || (await mayInvokeAlready(functionArn, source))) return;
    const isAllowed = await new Promise<boolean>((answer) => setQuestion({ functionArn, answer }));
    setQuestion(undefined);
    if (!isAllowed) throw new Error('Nothing was saved: API Gateway may not invoke the function.');
  }

  return { ask, dialog: question && <Prompt {...question} /> };
}

function Prompt({ functionArn, answer }: Question) {
  return (
    <Modal
      visible
      header="Add permission to Lambda function"
      closeAriaLabel="Close"
      onDismiss={() => answer(false)}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={() => answer(false)}>
              Cancel
            </Button>
            <Button variant="primary" formAction="none" onClick={() => answer(true)}>
              OK
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <Box>You are about to give API Gateway permission to invoke your Lambda function:</Box>
      <Box variant="code">{functionArn}</Box>
    </Modal>
  );
}
