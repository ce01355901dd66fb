/** A box of settings that are saved together. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useChange } from '../client/queries.ts';
import { tellSuccess } from '../shell/flash.tsx';
import type { Draft } from './draft.ts';
import { Refusal } from './refusal.tsx';

export interface EditPanelProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly draft: Pick<Draft<object>, 'isChanged' | 'discard'>;
  readonly save: () => Promise<unknown>;
  /** What is said when it is saved: `Stage settings saved.` */
  readonly saved: string;
  readonly children: ReactNode;
}

export function EditPanel({ title, description, actions, draft, save, saved, children }: EditPanelProps) {
  const change = useChange(save);
  const submit = (): void => {
    change.run().then(
      () => tellSuccess(saved),
      () => {
        // Shown above the buttons.
      },
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.isChanged) submit();
      }}
    >
      <Container
        header={
          <Header variant="h2" actions={actions} {...(description !== undefined && { description })}>
            {title}
          </Header>
        }
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                variant="link"
                formAction="none"
                disabled={!draft.isChanged}
                onClick={() => {
                  draft.discard();
                  change.reset();
                }}
              >
                Discard changes
              </Button>
              <Button
                variant="primary"
                formAction="none"
                disabled={!draft.isChanged}
                loading={change.isRunning}
                onClick={submit}
              >
                Save changes
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="l">
          {children}
          <Refusal error={change.error} />
        </SpaceBetween>
      </Container>
    </form>
  );
}
