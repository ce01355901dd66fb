/** Messages above a page: what was done, and what was refused in AWS's own words. */
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { useSyncExternalStore } from 'react';
import { AwsError, errorText } from '../client/aws-error.ts';
import { usePath } from './router.ts';

interface Shown extends FlashbarProps.MessageDefinition {
  /** The page it was shown on. */
  readonly page: string;
}

const watchers = new Set<() => void>();
let messages: readonly Shown[] = [];
let count = 0;

function show(message: FlashbarProps.MessageDefinition): void {
  const id = String(++count);
  const dismiss = (): void => change(messages.filter((each) => each.id !== id));
  const buttons = { dismissible: true, dismissLabel: 'Dismiss message', onDismiss: dismiss };
  change([{ ...buttons, id, page: location.pathname, ...message }, ...messages.slice(0, 4)]);
}

function change(next: typeof messages): void {
  messages = next;
  for (const tell of watchers) tell();
}

/** Says that something worked. */
export function tellSuccess(content: string): void {
  show({ type: 'success', content });
}

/** Says what is worth a look although it worked. */
export function tellWarning(content: string): void {
  show({ type: 'warning', content });
}

/** Shows a refusal with AWS's code as the heading. */
export function tellError(error: unknown): void {
  const header = error instanceof AwsError ? error.code : undefined;
  show({ type: 'error', ...(header && { header }), content: errorText(error) });
}

/** The messages of this page; an error says nothing about the next one, a success often leads there. */
export function Flashes() {
  usePath();
  const items = useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => messages,
  );
  return (
    <Flashbar items={items.filter(({ type, page }) => type === 'success' || page === location.pathname)} stackItems />
  );
}
