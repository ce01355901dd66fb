/** A mistake in one page leaves the others usable. */
import Alert from '@cloudscape-design/components/alert';
import { Component, type ReactNode } from 'react';
import { errorText } from '../client/aws-error.ts';

export class PageBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Alert type="error" header="This page failed">
        {errorText(error)}
      </Alert>
    );
  }
}
