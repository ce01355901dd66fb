import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Form from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useChange } from '../client/queries.ts';
import { navigate } from '../shell/router.ts';
import { Refusal } from './refusal.tsx';

export interface FormPageProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** Of the button: `Create API`. */
  readonly action: string;
  /** The page one goes back to without having done anything. */
  readonly cancelTo: string;
  readonly isDisabled?: boolean;
  /** Containers; a single one is given by `boxed`. */
  readonly children: ReactNode;
  readonly boxed?: string;
  /** Does it, and leads to where it shows. A rejection is shown above the buttons. */
  submit(): Promise<void>;
}

/** A page that asks for things and makes one of them. */
export function FormPage({
  title,
  description,
  action,
  cancelTo,
  isDisabled = false,
  children,
  boxed,
  submit,
}: FormPageProps) {
  const change = useChange(submit);
  return (
    <ContentLayout
      header={
        <Header variant="h1" {...(description !== undefined && { description })}>
          {title}
        </Header>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isDisabled) change.run().catch(() => undefined);
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={() => navigate(cancelTo)}>
                Cancel
              </Button>
              <Button variant="primary" loading={change.isRunning} disabled={isDisabled}>
                {action}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            {boxed === undefined ? (
              children
            ) : (
              <Container header={<Header variant="h2">{boxed}</Header>}>
                <SpaceBetween size="m">{children}</SpaceBetween>
              </Container>
            )}
            <Refusal error={change.error} />
          </SpaceBetween>
        </Form>
      </form>
    </ContentLayout>
  );
}
